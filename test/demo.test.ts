import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { expect, onTestFinished, test } from "vitest";

import { root } from "./pages.js";

/** Starts the demo, without a browser to be opened. */
function startDemo(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "demo.ts", ...args], {
    cwd: join(root, "examples"),
    env: { ...process.env, BROWSER: "none" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const linesOf = (input: Readable) => createInterface({ input });
  return { child, ended, lines: linesOf(child.stdout), errors: linesOf(child.stderr) };
}

test("the demo shows what became of each event, and ends", async () => {
  const { ended, lines } = startDemo();
  const shown: string[] = [];
  for await (const line of lines) shown.push(line);
  expect(await ended).toBe(0);
  expect(shown.join("\n")).toContain("8 requests were made. 3 events were kept as dead letters");
  expect(shown.join("\n")).toContain("npm run demo -- --open");
  // Only if lists are added to, he is still on it.
  expect(shown.filter((line) => line.includes("│") && line.includes("Key accounts"))).toEqual([
    expect.stringMatching(/^│ add /),
  ]);
  // A terminal is at least this wide; what is wider falls apart. CJK characters take two columns.
  const widths = shown.map((line) => line.replace(/[\u2e80-\uffef]/g, "  ").length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

test("an option that there is not is told, without a stack", async () => {
  const { ended, errors } = startDemo("--opne");
  const shown: string[] = [];
  for await (const line of errors) shown.push(line);
  expect(await ended).toBe(2);
  expect(shown).toEqual([expect.stringMatching(/^npm run demo -- --open /)]);
});

// Windows has no signals that a process could see to.
test.skipIf(process.platform === "win32").each([
  { signal: "SIGINT", exitCode: 130 },
  { signal: "SIGTERM", exitCode: 143 },
] as const)("with --open its sandbox stays until $signal", async ({ signal, exitCode }) => {
  const { child, ended, lines } = startDemo("--open");
  const shown: string[] = [];
  for await (const line of lines) {
    shown.push(line);
    if (!line.startsWith("Ctrl-C ends it")) continue;
    const url = /The sandbox's page: (\S+)/.exec(shown.join("\n"))?.[1] ?? "";
    const contacts = (await (await fetch(new URL("contacts", url))).json()) as { contacts: unknown[] };
    expect(contacts.contacts).toHaveLength(7);
    expect((await fetch(url)).status).toBe(200);
    child.kill(signal);
  }
  expect(await ended).toBe(exitCode);
  expect(shown.join("\n")).toContain("npx signal-apollo deliver --no-journal");
});
