import { expect, test } from "vitest";

import { folderForTest } from "../support/folder.js";
import { run } from "../support/run.js";
import { sandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { plantAtRate } from "./faults.js";
import { leadStream, textOf } from "./lead-stream.js";
import { randomOf, seed, sized } from "./size.js";

const EVENTS = sized(200, 2_000);

// A call that hangs is given up after half a minute of real time: both runs, and all that hangs, at the same time. In one test:
// what tests that run side by side clean up at their end may be each other's.
test(`answers that never end: nothing is lost, made up or doubled (seed ${seed})`, async () => {
  await Promise.all([deliverWithStalls({ deduplicate: true }), deliverWithStalls({ deduplicate: false })]);
}, 180_000);

async function deliverWithStalls({ deduplicate }: { readonly deduplicate: boolean }): Promise<void> {
  const random = randomOf("stalls");
  const folder = await folderForTest();
  const sandbox = await sandboxForTest({ maxRequests: EVENTS * 20 });
  const lines = leadStream(EVENTS, random, 0);
  // The first call goes alone; those after it are in the air together.
  sandbox.failNext({ kind: "slow", delayMs: 0 });
  plantAtRate(sandbox, [{ kind: "stall" }, { kind: "stall", written: false }], { rate: 0.1, calls: 64, random });
  const argv = ["deliver", await folder.write("leads.ndjson", textOf(lines)), "--concurrency", "64"];

  const { exitCode, stderr } = await run(deduplicate ? argv : [...argv, "--no-dedupe"], { env: sandbox.env });

  expect(exitCode, stderr).toBe(deduplicate ? 0 : 1);
  const deadLetters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
  expect(imbalances({ lines, sandbox, deadLetters, deduplicate })).toEqual([]);
}
