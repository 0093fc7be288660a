import { expect, test } from "vitest";

import { ndjson, leads } from "../../signal-delivery/test/support/events.js";
import { folderForTest } from "../../signal-delivery/test/support/folder.js";
import { startProgram } from "../../signal-delivery/test/support/program.js";
import { sandboxForTest } from "../../signal-delivery/test/support/sandbox.js";

/** What takes long to load, and is not always needed. */
const HEAVY = ["cli-table3", "kafkajs", "pino", "prom-client", "redis", "undici"];

/** Prints at the end which packages were loaded, as far as they are CommonJS. */
const tellsAtExit = `import Module from "node:module"; process.on("exit", () => console.error("LOADED " + Object.keys(Module._cache)
  .map((file) => /.*[\\\\/]node_modules[\\\\/]([^\\\\/]+)/.exec(file)?.[1]).join(" ")));`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tellsAtExit)}`;

test.each<[string, string[], string[]]>([
  ["--version", ["--version"], []],
  ["--help", ["--help"], []],
  ["deliver", ["deliver", "FILE"], ["cli-table3", "undici"]],
  ["deliver --log-json", ["deliver", "--log-json", "FILE"], ["cli-table3", "pino", "undici"]],
  ["deliver --metrics-port", ["deliver", "--metrics-port", "0", "FILE"], ["cli-table3", "prom-client", "undici"]],
])("%s loads only what it needs", async (_, argv, expected) => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", ndjson(leads(1)));

  const { exitCode, stderr } = await startProgram(
    argv.map((word) => (word === "FILE" ? file : word)),
    { env: { ...sandbox.env, NODE_OPTIONS } },
  ).ended;

  expect(exitCode).toBe(0);
  const loaded = (/LOADED (.*)/.exec(stderr)?.[1] ?? "").split(" ");
  expect(HEAVY.filter((name) => loaded.includes(name))).toEqual(expected);
});
