import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSandbox } from "@datafly/apollo-sandbox";
import { expect, test } from "vitest";

import { blocksOf } from "../blocks.js";
import { root } from "../pages.js";
import { shellCommands, type ShellCommand } from "./shell-command.js";

const signalApollo = join(root, "packages/signal-apollo-worker/bin/signal-apollo.js");
/** Where the page has the sandbox. The test's own listens elsewhere. */
const ADDRESS_ON_THE_PAGE = "http://127.0.0.1:4010/api/v1";

test("what “Getting started” says can be done, as it stands there", async () => {
  const page = await readFile(join(root, "docs/getting-started.md"), "utf8");
  const withoutAccount = page.slice(0, page.indexOf("## The real Apollo"));
  const commands = blocksOf("", withoutAccount, "sh").flatMap(({ code }) => shellCommands(code));
  const sandbox = await startSandbox();
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-start-"));
  try {
    await cp(join(root, "examples/events"), join(folder, "examples/events"), { recursive: true });

    const ran: string[] = [];
    let env: Record<string, string> = {};
    for (const command of commands) {
      if (command.program === "") env = { ...env, ...command.env };
      if (command.program !== "signal-apollo") continue;
      const exitCode = await run(command, folder, { ...env, APOLLO_BASE_URL: sandbox.url });
      ran.push(`${command.args[0] ?? ""}: ${exitCode ?? "killed"}`);
    }

    expect(env).toEqual({ APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: ADDRESS_ON_THE_PAGE });
    // The events are of all kinds on purpose, so that some become dead letters: 1.
    expect(ran).toEqual(["preview: 0", "init: 0", "preview: 0", "deliver: 1", "dead-letters: 0"]);
    expect(sandbox.contacts()).not.toEqual([]);
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true });
  }
});

async function run({ args }: ShellCommand, cwd: string, env: Record<string, string>): Promise<number | null> {
  const child = spawn(process.execPath, [signalApollo, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return exitCode;
}
