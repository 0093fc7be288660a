import { setImmediate } from "node:timers/promises";

import type { Fault } from "@datafly/apollo-sandbox";
import { describe, expect, test } from "vitest";

import { folderForTest, type Folder } from "../support/folder.js";
import { run } from "../support/run.js";
import { sandboxForTest, type SandboxForTest } from "../support/sandbox.js";
import { imbalances } from "./balance.js";
import { settledThrough } from "./end-of-journal.js";
import { PASSING_FAULTS, plantAtRate, STOPPING_FAULTS } from "./faults.js";
import { leadStream, textOf } from "./lead-stream.js";
import { randomOf, seed, sized } from "./size.js";

const EVENTS = sized(600, 10_000);
const RATES = sized([undefined], [0.01, 0.05, 0.15, 0.3]);
const TIMEOUT_MS = sized(60_000, 600_000);

const runsOf = (faults: Readonly<Record<string, Fault>>) =>
  Object.entries(faults).flatMap(([name, fault]) =>
    RATES.flatMap((rate) =>
      [true, false].map((deduplicate) => ({ name, faults: [fault] as const, rate, deduplicate })),
    ),
  );
const allTogether = [true, false].map((deduplicate) => ({
  name: "everything together",
  faults: Object.values(PASSING_FAULTS) as unknown as readonly [Fault, ...Fault[]],
  rate: 0.3,
  deduplicate,
}));

describe.each([...runsOf(PASSING_FAULTS), ...allTogether])(
  "$name, deduplication $deduplicate",
  ({ name, faults, rate, deduplicate }) => {
    const random = randomOf(`${name} ${String(rate)} ${String(deduplicate)}`);
    const share = rate ?? random.pick([0.01, 0.03, 0.1, 0.3]);

    test(
      `at ${share * 100} % of the calls: nothing is lost, made up or doubled (seed ${seed})`,
      async () => {
        const { sandbox, folder, lines, deliver } = await prepare(EVENTS, name, deduplicate);
        plantAtRate(sandbox, faults, { rate: share, calls: EVENTS * 3, random });

        const first = await deliver();

        expect(first.stderr).not.toContain("An unexpected error");
        expect([0, 1]).toContain(first.exitCode);
        await expectBalance({ sandbox, folder, lines, deduplicate });
        const calls = sandbox.requests().length;
        expect((await deliver()).exitCode).toBe(0);
        expect(sandbox.requests()).toHaveLength(calls);
      },
      TIMEOUT_MS,
    );
  },
);

describe.each(
  Object.entries(STOPPING_FAULTS).flatMap(([name, fault]) =>
    [true, false].map((deduplicate) => ({ name, fault, deduplicate })),
  ),
)("$name, deduplication $deduplicate", ({ name, fault, deduplicate }) => {
  test(
    `at 1 % of the calls: each time the line stops, and the next run goes on from there (seed ${seed})`,
    async () => {
      const { sandbox, folder, lines, deliver } = await prepare(EVENTS, name, deduplicate);
      const random = randomOf(`${name} ${String(deduplicate)}`);
      plantAtRate(sandbox, [fault], { rate: 0.01, calls: EVENTS * 3, random });

      let last = await deliver();
      for (let runs = 0; last.exitCode === 3 && runs < EVENTS; runs++) last = await deliver();

      expect([0, 1]).toContain(last.exitCode);
      await expectBalance({ sandbox, folder, lines, deduplicate });
      const failed = (await folder.deadLetters("dead.ndjson")).filter(({ status }) => status === "failed");
      expect(failed).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** A stream in a folder, a sandbox, and a way to run the command. */
async function prepare(events: number, name: string, deduplicate: boolean) {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest({ maxRequests: events * 20 });
  const lines = leadStream(events, randomOf(`lines ${name}`));
  const input = await folder.write("leads.ndjson", textOf(lines));
  const argv = ["deliver", input, "--json", "--concurrency", "16", "--dead-letters", folder.at("dead.ndjson")];
  if (!deduplicate) argv.push("--no-dedupe");
  const deliver = () => run(argv, { env: sandbox.env, sleep: (_ms, signal) => setImmediate(undefined, { signal }) });
  return { sandbox, folder, lines, deliver };
}

async function expectBalance(outcome: {
  readonly sandbox: SandboxForTest;
  readonly folder: Folder;
  readonly lines: ReturnType<typeof leadStream>;
  readonly deduplicate: boolean;
}): Promise<void> {
  const { folder, lines } = outcome;
  expect(imbalances({ ...outcome, deadLetters: await folder.deadLetters("dead.ndjson") })).toEqual([]);
  expect(await settledThrough(folder.at("leads.ndjson.journal"))).toBe(lines.length);
}
