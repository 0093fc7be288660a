import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { Lanes } from "../src/stream/lanes.js";
import { lead } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { startNode } from "./support/program.js";
import { sandboxForTest } from "./support/sandbox.js";

const bin = fileURLToPath(new URL("../../signal-apollo-worker/bin/signal-apollo.js", import.meta.url));
const LINE_BYTES = 9_000_000;

test(
  "forty lines of 9 MB are delivered in a heap of 256 MB, and those refused are dead letters",
  { timeout: 120_000 },
  async () => {
    const folder = await folderForTest();
    // Slow enough for events to pile up.
    const sandbox = await sandboxForTest({ matchDelayMs: 100 });
    const file = createWriteStream(folder.at("leads.ndjson"));
    for (let person = 1; person <= 40; person++) {
      const notes = Array.from({ length: 9 }, (_, index) => `${index}é`.padEnd(LINE_BYTES / 9 - 10, "x"));
      const isWritten = file.write(`${JSON.stringify({ ...lead(person), properties: { notes } })}\n`);
      if (!isWritten) await once(file, "drain");
    }
    file.end();
    await finished(file);
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    // Long enough for events to pile up behind it.
    sandbox.failNext({ kind: "slow", delayMs: 4_000 }, 2);
    sandbox.failNext({ kind: "status", status: 422 }, 5);
    const heap = "--max-old-space-size=256";
    const options = { cwd: folder.path, env: { ...sandbox.env } };

    const { exitCode, stderr } = await startNode([heap, bin, "deliver", "--concurrency", "2", "leads.ndjson"], options)
      .ended;

    expect(stderr).toContain("40 events: 35 delivered, 0 dropped, 0 rejected, 5 failed.");
    expect(exitCode).toBe(1);
    expect((await stat(folder.at("leads.ndjson.dead-letters.ndjson"))).size).toBeGreaterThan(5 * LINE_BYTES);

    const replay = startNode([heap, bin, "dead-letters", "replay", "leads.ndjson.dead-letters.ndjson"], options);

    expect(await replay.ended).toMatchObject({ exitCode: 0 });
    expect(sandbox.contacts()).toHaveLength(40);
  },
);

test("lanes hold no more bytes than they may, but always one task", async () => {
  const lanes = new Lanes(10, 100);
  let end: () => void = () => undefined;
  const task = () => new Promise<void>((resolve) => (end = resolve));
  const entered: number[] = [];
  const enter = async (bytes: number) => {
    await lanes.enter("one", task, bytes);
    entered.push(bytes);
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  await enter(1_000);
  expect(lanes.hasRoom(1)).toBe(false);
  const rest = (async () => {
    await enter(60);
    await enter(40);
    await enter(1);
  })();
  await settle();
  expect(entered).toEqual([1_000]);
  end();
  await settle();
  expect(entered).toEqual([1_000, 60, 40]);
  end();
  await rest;
  expect(entered).toEqual([1_000, 60, 40, 1]);
});
