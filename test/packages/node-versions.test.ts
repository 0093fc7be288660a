import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { beforeAll, expect, onTestFinished, test } from "vitest";

import { startSandboxProcess } from "../../bench/processes.js";
import { demoRequested } from "../../examples/events/events.js";
import { bins, notInstalled, project, tools } from "./installed.js";
import { compile } from "./typescript.js";
import { nodeOf, NODE_VERSIONS } from "./versions.js";

const run = promisify(execFile);
const testOnEachNode = test.skipIf(notInstalled).each(NODE_VERSIONS);

beforeAll(async () => {
  if (notInstalled) return;
  expect(await compile("7", "--module", "nodenext")).toBe("");
  await writeFile(join(project, "event.ndjson"), `${JSON.stringify(demoRequested())}\n`);
});

testOnEachNode("on Node %s, an application works as an ES module and as CommonJS", async (version) => {
  const env = await apolloOn(version);

  for (const program of ["application.mjs", "application.cjs"]) {
    const { stdout, stderr } = await run(nodeOf(version, tools), [program], { cwd: project, env });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      created: "Ada Byron",
      decision: "deliver",
      outcome: "delivered",
      error: "AuthenticationError",
    });
  }
});

testOnEachNode("on Node %s, sandbox and worker run inside a program", async (version) => {
  const { stdout } = await run(nodeOf(version, tools), ["embedded.mjs", "event.ndjson"], { cwd: project });

  expect(stdout).toContain("true Tim Zheng");
});

testOnEachNode("on Node %s, CommonJS can require sandbox and worker, too", async (version) => {
  const script = `
    const { startSandbox } = require("@datafly/apollo-sandbox");
    const { main } = require("@datafly/signal-apollo-worker");
    console.log(typeof startSandbox, typeof main);`;
  const { stdout, stderr } = await run(nodeOf(version, tools), ["--eval", script], { cwd: project });

  expect(stdout).toBe("function function\n");
  expect(stderr).toBe("");
});

testOnEachNode("on Node %s, the command line delivers an event to the sandbox's", async (version) => {
  const env = await apolloOn(version);
  const signalApollo = (...args: string[]) =>
    run(nodeOf(version, tools), [bins.worker, ...args], { cwd: project, env });

  expect((await signalApollo("--version")).stdout).toBe(`${await versionOf("signal-apollo-worker")}\n`);
  const { stdout } = await signalApollo("deliver", "--no-journal", "--json", "event.ndjson");
  expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ status: "delivered" });
});

test.skipIf(notInstalled).each([
  ["signal-apollo", "signal-apollo-worker"],
  ["apollo-sandbox", "apollo-sandbox"],
])("npx finds %s", async (command, name) => {
  const shell = process.platform === "win32";
  const { stdout } = await run("npx", ["--no-install", command, "--version"], { cwd: project, shell });

  expect(stdout).toBe(`${await versionOf(name)}\n`);
});

/** Starts the installed sandbox on a Node version, and tells how programs find it. */
async function apolloOn(version: string): Promise<NodeJS.ProcessEnv> {
  const sandbox = await startSandboxProcess({ node: nodeOf(version, tools), bin: bins.sandbox });
  onTestFinished(() => sandbox.close());
  return { ...process.env, APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url };
}

async function versionOf(name: string): Promise<string> {
  const manifest = await readFile(join(project, "node_modules/@datafly", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
