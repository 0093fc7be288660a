import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, onTestFinished, test } from "vitest";

import { root } from "../pages.js";

const FOLDER = join(root, "docs/prove-a-connector");
const run = promisify(execFile);

/** Runs a test file under Node's own runner, as the page says. */
async function runTests(
  file: string,
  ...only: readonly string[]
): Promise<{ readonly passed: boolean; readonly output: string }> {
  const args = ["--import", "tsx", "--test", "--test-reporter", "tap", ...only, file];
  const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, "docs/tsconfig.json"), NODE_OPTIONS: "" };
  try {
    const { stdout } = await run(process.execPath, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 });
    return { passed: true, output: stdout };
  } catch (error) {
    return { passed: false, output: String((error as { stdout?: unknown }).stdout) };
  }
}

test("the connector of “Prove a connector” passes under node:test", { timeout: 120_000 }, async () => {
  const { passed, output } = await runTests(join(FOLDER, "acme.test.ts"));

  expect(output).toContain("ok 1 - vendor: its words are complete");
  expect(output).toMatch(/^# pass \d{3}$/m);
  expect(passed).toBe(true);
});

test("if it takes any value for consent, the failing case says what the page shows", { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(root, "docs/.prove-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const acme = await readFile(join(FOLDER, "acme.ts"), "utf8");
  const broken = acme.replace('readConsent(event, "marketing")', "'granted' as ReturnType<typeof readConsent>");
  expect(broken).not.toBe(acme);
  await writeFile(join(folder, "acme.ts"), broken);
  await writeFile(join(folder, "acme.test.ts"), await readFile(join(FOLDER, "acme.test.ts"), "utf8"));

  const { passed, output } = await runTests(join(folder, "acme.test.ts"), "--test-name-pattern", "consent: ");

  const page = await readFile(join(root, "docs/prove-a-connector.md"), "utf8");
  const message = /^```text\n(?<message>[^`]+)\n```$/m.exec(page)?.groups?.message ?? "";
  expect(passed).toBe(false);
  for (const line of message.split("\n").slice(1)) expect(output).toContain(line);
});
