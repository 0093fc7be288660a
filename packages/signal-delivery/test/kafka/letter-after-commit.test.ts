import { expect, test } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { PartitionJournal } from "../../src/kafka/partition-journal.js";
import { Turns } from "../../src/kafka/turns.js";
import { maybeDelivered } from "../../src/stream/delivery-result.js";
import type { SourceRecord } from "../../src/stream/event-source.js";
import { DeliveryRun } from "../../src/stream/delivery-run.js";
import type { StreamOptions } from "../../src/stream/stream-options.js";

const record: SourceRecord = {
  kind: "unreadable",
  position: 10,
  endOffset: 11,
  line: "{",
  message: "The message is no JSON",
};
const outcome = maybeDelivered(APOLLO);
const context = { class: "final", attempts: 0, maybeDelivered: false, firstAt: "2026-01-01T00:00:00.000Z" } as const;

/** A run that reads a partition without deduplication, and what it does, in order. */
function runForTest(commit: () => Promise<void>) {
  const done: string[] = [];
  const stop = new AbortController();
  const journal = new PartitionJournal({
    progress: { offset: 10, settled: [], attempted: [] },
    committed: true,
    deduplicate: false,
    markAt: () => undefined,
    turns: new Turns(),
    isOurs: () => true,
    commit: async ({ attempted }) => {
      await commit();
      done.push(`attempted ${attempted.join()} committed`);
    },
    onFenced: () => {
      stop.abort();
    },
  });
  const options: Partial<StreamOptions> = {
    connector: { vendor: APOLLO } as StreamOptions["connector"],
    journal,
    stop,
    io: { now: () => 0, sleep: () => Promise.resolve() },
    deadLetters: {
      add: () => {
        done.push("letter written");
        return Promise.resolve();
      },
    },
    observer: {
      settled: () => {
        done.push("settled");
        return Promise.resolve();
      },
    } as unknown as StreamOptions["observer"],
  };
  journal.begin(10);
  return { run: new DeliveryRun(options as StreamOptions), done };
}

test("without deduplication a letter is written when it is committed that the event may have been sent, and not before", async () => {
  const { run, done } = runForTest(() => Promise.resolve());

  await run.deadLetter(record, outcome, context);

  expect(done).toEqual(["attempted 10 committed", "letter written", "settled"]);
});

test("if that cannot be committed, no letter is written, and the event is left for the next owner", async () => {
  const { run, done } = runForTest(() => Promise.reject(new Error("away")));

  await run.deadLetter(record, outcome, context);

  expect(done).toEqual([]);
  expect(run.stopped).toBe(true);
});
