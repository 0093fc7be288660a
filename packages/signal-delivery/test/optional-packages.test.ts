import { expect, test } from "vitest";

import { folderForTest } from "./support/folder.js";
import { startProgram } from "./support/program.js";

/** Makes Node not find a package, as where it is not installed. */
function without(name: string): string {
  const hooks = `export async function resolve(specifier, context, next) {
    if (specifier !== "${name}") return next(specifier, context);
    throw Object.assign(new Error("Cannot find package '${name}'"), { code: "ERR_MODULE_NOT_FOUND" });
  }`;
  return `import { register } from "node:module";
register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
`;
}

test.each([
  [
    "redis",
    ["deliver", "--consent-store", "redis://127.0.0.1:1", "leads.ndjson"],
    "A consent store in Redis needs the package redis beside this one: npm install redis@6.3.1",
  ],
  [
    "kafkajs",
    ["consume", "--brokers", "127.0.0.1:1", "--topic", "leads"],
    "Kafka needs the package kafkajs beside this one: npm install kafkajs@2.2.4",
  ],
])("without %s, who needs it is told what to install, before any call", async (name, argv, message) => {
  const folder = await folderForTest();
  await folder.write("without.mjs", without(name));
  await folder.write("leads.ndjson", '{"type":"track","event":"Demo Requested"}\n');
  const env = { NODE_OPTIONS: "--import ./without.mjs", APOLLO_API_KEY: "key", APOLLO_BASE_URL: "http://127.0.0.1:1" };

  const { exitCode, stderr } = await startProgram(argv, { cwd: folder.path, env }).ended;

  expect(stderr).toBe(`${message}\n`);
  expect(exitCode).toBe(2);
});

test("check says the same of a store in Redis, and goes on", async () => {
  const folder = await folderForTest();
  await folder.write("without.mjs", without("redis"));
  const env = { NODE_OPTIONS: "--import ./without.mjs", APOLLO_API_KEY: "key", APOLLO_BASE_URL: "http://127.0.0.1:1" };

  const argv = ["check", "--consent-store", "redis://127.0.0.1:1"];
  const { stdout, exitCode } = await startProgram(argv, { cwd: folder.path, env }).ended;

  expect(stdout).toMatch(/failed +consent_store +A consent store in Redis needs the package redis/);
  expect(exitCode).toBe(3);
});
