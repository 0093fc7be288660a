import { setTimeout } from "node:timers/promises";

import type { Endpoint, Fault } from "@datafly/apollo-sandbox";
import { expect, test } from "vitest";

import { folderForTest } from "../support/folder.js";
import { startProgram } from "../support/program.js";
import { sandboxForTest, type SandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { settledThrough } from "./end-of-journal.js";
import { PASSING_FAULTS } from "./faults.js";
import { leadStream, textOf } from "./lead-stream.js";
import type { Random } from "./random.js";
import { randomOf, seed, sized } from "./size.js";

/** Far more than are settled before the last kill, however fast the machine is. */
const EVENTS = sized(1_000, 6_000);
const KILLS = sized(8, 50);
const FAULTS = Object.values(PASSING_FAULTS) as unknown as readonly [Fault, ...Fault[]];

test.each([
  [true, "replace"],
  [false, "replace"],
  [true, "add"],
  [false, "add"],
] as const)(
  `the program is killed at ${KILLS} random moments, deduplication %s, labels %s: in the end all is where it belongs (seed ${seed})`,
  async (deduplicate, labels) => {
    const addsToLists = labels === "add";
    const random = randomOf(`crash ${String(deduplicate)} ${labels}`);
    const folder = await folderForTest();
    const sandbox = await sandboxForTest({ matchDelayMs: 1, maxRequests: EVENTS * 100 });
    const lines = leadStream(EVENTS, random);
    const argv = ["deliver", await folder.write("leads.ndjson", textOf(lines)), "--json", "--backoff", "5"];
    argv.push("--concurrency", "8", "--dead-letters", folder.at("dead.ndjson"));
    argv.push("--labels", labels);
    if (!deduplicate) argv.push("--no-dedupe");

    for (let kill = 0; kill < KILLS; kill++) {
      plantSome(sandbox, random);
      if (addsToLists) plantSome(sandbox, random, "lists");
      const untilSettled = random.chance(0.2) ? 0 : 1 + random.below(50);
      const afterMs = random.below(untilSettled === 0 ? 400 : 15);
      expect(await killed(argv, sandbox, untilSettled, afterMs)).toMatchObject({ exitCode: null });
    }
    const last = await startProgram(argv, { env: sandbox.env }).ended;

    expect([0, 1]).toContain(last.exitCode);
    const deadLetters = await folder.deadLetters("dead.ndjson");
    expect(imbalances({ lines, sandbox, deadLetters, deduplicate, addsToLists, killed: true })).toEqual([]);
    expect(await settledThrough(folder.at("leads.ndjson.journal"))).toBe(EVENTS);
    const calls = sandbox.requests().length;
    const again = await startProgram(argv, { env: sandbox.env }).ended;
    expect(again).toMatchObject({ exitCode: 0, stdout: "" });
    expect(again.stderr).toContain("Nothing is left to do.");
    expect(sandbox.requests()).toHaveLength(calls);
    expect(await folder.deadLetters("dead.ndjson")).toEqual(deadLetters);
  },
  // An event can wait a minute for what an earlier call of its person may still write.
  sized(240_000, 900_000),
);

test.each([
  [true, false],
  [false, false],
  [true, true],
  [false, true],
])(
  "kill -9 in the second of two calls, deduplication %s, carried out %s: one contact, on all its lists",
  async (deduplicate, written) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const [line] = leadStream(1, randomOf("second call"), 0);
    const argv = ["deliver", await folder.write("leads.ndjson", textOf(line ? [line] : [])), "--labels", "add"];
    if (!deduplicate) argv.push("--no-dedupe");
    sandbox.failNext({ kind: "stall", written }, 1, "lists");
    const first = startProgram(argv, { env: sandbox.env });
    await expect
      .poll(() => sandbox.requests().some(({ path }) => path.includes("/labels/")), { timeout: 20_000 })
      .toBe(true);

    first.process.kill("SIGKILL");
    expect((await first.ended).exitCode).toBeNull();
    const again = await startProgram([...argv, "--json"], { env: sandbox.env }).ended;

    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "delivered", contactId: sandbox.contacts()[0]?.id });
    expect(sandbox.requests().filter(({ path }) => path === "/api/v1/contacts")).toHaveLength(1);
    expect(sandbox.contacts()).toHaveLength(1);
    expect(sandbox.labels()).toMatchObject([{ cached_count: 1 }, { name: line?.label, cached_count: 1 }]);
  },
  60_000,
);

/** Lets a few things go wrong in the next run, somewhere among its first calls. */
function plantSome(sandbox: SandboxForTest, random: Random, endpoint: Endpoint = "contacts"): void {
  for (let fault = 0; fault < 4; fault++) {
    const untilThen = random.below(8);
    if (untilThen > 0) sandbox.failNext({ kind: "slow", delayMs: random.below(5) }, untilThen, endpoint);
    sandbox.failNext(random.pick(FAULTS), 1, endpoint);
  }
}

/** Runs the program, and kills it so many milliseconds after it has settled so many events. No exit code: the signal ended it. */
async function killed(
  argv: readonly string[],
  sandbox: SandboxForTest,
  untilSettled: number,
  afterMs: number,
): Promise<{ exitCode: number | null; stderr: string }> {
  const { process, ended } = startProgram(argv, { env: sandbox.env });
  await new Promise<void>((resolve) => {
    let settled = 0;
    const look = () => {
      if (settled >= untilSettled) resolve();
    };
    process.stdout.on("data", (chunk: Buffer) => {
      settled += chunk.toString().split("\n").length - 1;
      look();
    });
    process.on("exit", () => {
      resolve();
    });
    look();
  });
  await setTimeout(afterMs);
  process.kill("SIGKILL");
  const { exitCode, stderr } = await ended;
  return { exitCode, stderr };
}
