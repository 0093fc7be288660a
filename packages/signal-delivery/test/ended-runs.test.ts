import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { describe, expect, test } from "vitest";

import { MemoryJournal } from "../src/journal/memory-journal.js";
import { lead, leadWith, leads } from "./support/events.js";
import { folderForTest, type Folder } from "./support/folder.js";
import { pipelineForTest } from "./support/pipeline.js";
import { startProgram } from "./support/program.js";
import { objectsOf } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** An event over which the process ends, or hangs, as soon as its address is lowercased. No real event is known that does. */
const hostile = leadWith(2, { email: "hostile@lead.example" });

/** Loaded before the program: makes the hostile event do what it does. */
async function preloaded(folder: Folder, effect: string): Promise<{ NODE_OPTIONS: string }> {
  const path = await folder.write(
    "hostile.mjs",
    `const { toLowerCase } = String.prototype;
String.prototype.toLowerCase = function () {
  if (this.startsWith("hostile@")) { ${effect} }
  return toLowerCase.call(this);
};`,
  );
  return { NODE_OPTIONS: `--import ${pathToFileURL(path).href}` };
}

const DIES = 'process.kill(process.pid, "SIGKILL"); for (;;);';

async function deliver(args: readonly string[], env: Record<string, string>) {
  return startProgram(["deliver", "--json", ...args], { env }).ended;
}

describe("an event that ends the process while it is planned", () => {
  test("ends two runs, then becomes a dead letter, and the rest is delivered", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), hostile, lead(3)]);
    const env = { ...sandbox.env, ...(await preloaded(folder, DIES)) };

    const runs = [await deliver([file], env), await deliver([file], env), await deliver([file], env)];

    expect(runs.map(({ exitCode }) => exitCode)).toEqual([null, null, 1]);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { position: 2, status: "rejected", reason: "ended_runs", class: "final", attempts: 0, event: hostile },
    ]);
    expect(sandbox.contacts().map(({ email }) => email)).toEqual(["person1@lead.example", "person3@lead.example"]);
  });

  test("is delivered if it ends one run only", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), hostile, lead(3)]);
    await deliver([file], { ...sandbox.env, ...(await preloaded(folder, DIES)) });

    const { exitCode } = await deliver([file], sandbox.env);

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
  });

  test("is counted for its journal alone: --restart plans it again", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [hostile]);
    const env = { ...sandbox.env, ...(await preloaded(folder, DIES)) };
    await deliver([file], env);
    await deliver([file], env);

    const { exitCode } = await deliver(["--restart", file], sandbox.env);

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(1);
  });

  test("ends two replays, then stays a dead letter, while the other letters are replayed", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), hostile, lead(3)]);
    const letters = `${file}.dead-letters.ndjson`;
    sandbox.failNext({ kind: "status", status: 422 }, 3);
    await deliver([file], sandbox.env);
    const env = { ...sandbox.env, ...(await preloaded(folder, DIES)) };
    const replay = () => startProgram(["dead-letters", "replay", "--json", letters], { env }).ended;

    const runs = [await replay(), await replay(), await replay()];

    expect(runs.map(({ exitCode }) => exitCode)).toEqual([null, null, 1]);
    expect(objectsOf(await readFile(letters, "utf8"))).toMatchObject([{ position: 2, reason: "ended_runs" }]);
    expect(sandbox.contacts()).toHaveLength(2);
  });

  test("leaves no file behind, nor does a run that nothing ended", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(3));

    await deliver([file], sandbox.env);

    await expect(readFile(`${file}.journal.planning`)).rejects.toThrow("ENOENT");
  });
});

test("an event that never finishes being planned is ended by the watchdog, which names its line and nothing of it", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", [lead(1), hostile, lead(3)]);
  const env = { ...sandbox.env, ...(await preloaded(folder, "for (;;);")) };

  const { exitCode, stderr } = await deliver([file], env);

  expect(exitCode).toBeNull();
  expect(stderr).toContain(
    "Ended by the watchdog: the event loop has not turned for 10 s, while the event at line 2 was being planned.",
  );
  expect(stderr).not.toContain("hostile");
});

test("a stop that comes before an event is planned leaves its turn to others, and the event to the next run", async () => {
  const sandbox = await sandboxForTest();
  const pipeline = await pipelineForTest(sandbox.env);
  const stop = new AbortController();
  let turns = 0;
  const journal = Object.assign(new MemoryJournal(), {
    planning: () => {
      turns += 1;
      stop.abort();
    },
    planned: () => {
      turns -= 1;
    },
  });

  const { settledThrough } = await pipeline.deliverEvents([lead(1), lead(2)], { journal, stop });

  expect([turns, settledThrough]).toEqual([0, 0]);
  expect(sandbox.requests()).toEqual([]);
});
