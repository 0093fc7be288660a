import { expect, test } from "vitest";

import { thisProcess } from "../../src/journal/process-identity.js";
import { lead, nameless } from "../support/events.js";
import { folderForTest } from "../support/folder.js";
import { startProgram } from "../support/program.js";
import { sandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { leadStream, textOf } from "./lead-stream.js";
import { randomOf, seed, sized } from "./size.js";

test("a second process on the same journal ends with one sentence, sends nothing, and spoils nothing of the first", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  // The first one is held in its first call, before it has had a dead letter.
  sandbox.failNext({ kind: "slow", delayMs: 3_000 });
  const argv = ["deliver", await folder.write("leads.ndjson", [lead(1), nameless, lead(2)]), "--json", "--no-dedupe"];
  const first = startProgram(argv, { env: sandbox.env });
  await expect.poll(() => sandbox.requests().length, { timeout: 10_000 }).toBe(1);

  const second = await startProgram(argv, { env: sandbox.env }).ended;

  expect(second).toMatchObject({ exitCode: 2, stdout: "" });
  expect(second.stderr).toMatch(/^Another process \(\d+ on .*\) is at work here\..*\n$/);
  expect(sandbox.requests()).toHaveLength(1);
  expect((await first.ended).exitCode).toBe(1);
  expect(sandbox.contacts()).toHaveLength(2);
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([{ position: 2 }]);
});

test(
  `of processes that start in the same moment one works, also where a dead one has left its lock (seed ${seed})`,
  async () => {
    const random = randomOf("same moment");
    for (let round = 0; round < sized(2, 20); round++) {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest();
      const lines = leadStream(100, random);
      const argv = ["deliver", await folder.write("leads.ndjson", textOf(lines)), "--json", "--no-dedupe"];
      const dead = startProgram(["--version"]);
      await dead.ended;
      await folder.write(
        "leads.ndjson.journal.lock",
        JSON.stringify({ token: "dead", ...thisProcess(), pid: dead.process.pid }),
      );
      sandbox.failNext({ kind: "slow", delayMs: 1_500 });

      const started = Array.from({ length: 4 }, () => startProgram(argv, { env: sandbox.env }).ended);
      const ends = await Promise.all(started);

      expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([1, 2, 2, 2]);
      const deadLetters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
      expect(imbalances({ lines, sandbox, deadLetters, deduplicate: false })).toEqual([]);
    }
  },
  sized(60_000, 300_000),
);
