import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import type { LogBounds } from "../../src/kafka/kafka-client.js";
import { markOf } from "../../src/kafka/log-mark.js";
import { metadataOf } from "../../src/kafka/partition-progress.js";
import { consumerForTest } from "./consumer-for-test.js";
import { FakeKafka, messageIn, messagesIn } from "./fake-kafka.js";

/** What was committed for the log "a", read up to offset 10. */
const metadata = metadataOf({ offset: 10, settled: [], attempted: [], mark: markOf(messageIn("a", 9)) });

/** A consumer of a partition that was read up to offset 10, and the end of its log. */
async function readToTen(deduplicate: boolean, high = 1_000) {
  const kafka = new FakeKafka();
  kafka.committedBefore.push({ partition: 0, offset: 10, metadata, wasReset: false });
  kafka.lowAndHigh = [{ partition: 0, low: 0, high }];
  return consumerForTest({ deduplicate }, kafka);
}

test("the mark is fetched first; a batch with it is of the known log, and continues after it", async () => {
  const { kafka, stream } = await readToTen(true);
  expect(kafka.seeks).toEqual([[0, 9]]);

  await kafka.give(messagesIn("a", 9, 12)).handled;

  expect(stream.sent).toEqual([10, 11, 12]);
});

test("a batch without the mark waits: it is fetched again, with the mark", async () => {
  const { kafka, stream } = await consumerForTest();
  await kafka.give(messagesIn("a", 0, 9), 10).handled;

  const batch = kafka.give(messagesIn("a", 10, 12));
  await batch.handled;

  expect(stream.sent).toHaveLength(10);
  expect(batch.next()).toBe(9);
});

test("another log is read from its beginning, and that is said", async () => {
  const { kafka, stream, said } = await readToTen(true);

  const batch = kafka.give(messagesIn("b", 9, 12));
  await batch.handled;

  expect(stream.sent).toEqual([]);
  expect(batch.next()).toBe(0);
  expect(said).toEqual([
    "Partition 0 of delivery-apollo is not the log that was read before: the topic was recreated, or the log has lost its end. Reading it from its beginning.",
  ]);
  await kafka.give(messagesIn("b", 0, 2)).handled;
  expect(stream.sent).toEqual([0, 1, 2]);
});

test("a batch that was fetched before another log was noticed does not stand in for its beginning", async () => {
  const { kafka, stream } = await readToTen(true);
  await kafka.give(messagesIn("b", 9, 12)).handled;

  const stale = kafka.give(messagesIn("b", 9, 12));
  await stale.handled;

  expect([stream.sent, stale.next()]).toEqual([[], 0]);
  await kafka.give(messagesIn("b", 0, 12)).handled;
  expect(stream.sent).toEqual(Array.from({ length: 13 }, (_, offset) => offset));
});

test("without deduplication another log stops the worker; what was committed is committed again for the next run", async () => {
  const { kafka, stream, end } = await readToTen(false);

  await kafka.give(messagesIn("b", 9, 12)).handled;
  await setImmediate();

  expect(stream.sent).toEqual([]);
  expect(kafka.commits).toEqual([{ partition: 0, offset: 10, metadata }]);
  expect(end.problem).toMatchObject({
    message: expect.stringMatching(
      /could make contacts twice\. Look which of its events Apollo has, .* --reset-offsets --to-earliest/,
    ) as string,
  });
});

test("without deduplication a worker stops where the client has overwritten what was committed", async () => {
  const kafka = new FakeKafka();
  kafka.committedBefore.push({ partition: 0, offset: undefined, metadata: "", wasReset: true });
  const { stream, end } = await consumerForTest({ deduplicate: false }, kafka);

  await kafka.give(messagesIn("b", 0, 2)).handled;
  await setImmediate();

  expect(stream.sent).toEqual([]);
  expect(end.problem).toMatchObject({
    message: expect.stringContaining("is not the log that was read before") as string,
  });
});

test("a mark that retention has taken is forgotten, and the log is the same", async () => {
  const { kafka, stream } = await readToTen(true);
  kafka.lowAndHigh = [{ partition: 0, low: 25, high: 1_000 }];

  await kafka.give(messagesIn("a", 25, 26)).handled;

  expect(stream.sent).toEqual([25, 26]);
});

test.each([true, false])(
  "a log in which nothing comes, and which ends too early for three looks, is another one (deduplication: %s)",
  async (deduplicate) => {
    const { kafka, clock, said, end } = await readToTen(deduplicate, 4);
    kafka.listener?.alive();
    await clock.pass(10_000);
    expect([said, end.isOver]).toEqual([[], false]);

    await clock.pass(10_000);

    if (deduplicate) {
      expect(said).toHaveLength(1);
      expect(kafka.seeks).toContainEqual([0, 0]);
    } else {
      expect(end.problem).toMatchObject({ message: expect.stringContaining("is not the log") as string });
    }
  },
);

test.each([true, false])(
  "what another generation reads is left alone by a batch of another log (deduplication: %s)",
  async (deduplicate) => {
    const { kafka, said, end } = await readToTen(deduplicate);
    const batch = kafka.give(messagesIn("b", 9, 12));

    kafka.listener?.joined([0]);
    await batch.handled;
    await setImmediate();

    expect([said, end.isOver]).toEqual([[], false]);
    expect(batch.next()).toBeUndefined();
  },
);

test("a batch that turns out to be of another log when the group has given the partitions again leaves them alone", async () => {
  const { kafka, said } = await readToTen(true);
  let answer: (bounds: LogBounds[]) => void = () => undefined;
  kafka.bounds = () => new Promise((resolve) => (answer = resolve));
  const batch = kafka.give(messagesIn("b", 9, 12));
  await setImmediate();

  const answerToBatch = answer;
  kafka.listener?.joined([0]);
  answerToBatch([{ partition: 0, low: 0, high: 1_000 }]);
  await batch.handled;

  expect(said).toEqual([]);
  expect(batch.next()).toBeUndefined();
});

test("a look at the partitions of an earlier generation says nothing of theirs", async () => {
  const { kafka, clock, said } = await readToTen(true, 4);
  await clock.pass(10_000);
  const seeks = kafka.seeks.length;
  let answer: (bounds: LogBounds[]) => void = () => undefined;
  kafka.bounds = () => new Promise((resolve) => (answer = resolve));
  // The third look, which would be believed.
  await clock.pass(10_000);

  const answerToLook = answer;
  kafka.listener?.joined([0]);
  answerToLook([{ partition: 0, low: 0, high: 4 }]);
  await setImmediate();

  expect(said).toEqual([]);
  expect(kafka.seeks).toHaveLength(seeks);
});

test("a stop while the log of a batch is still being looked at takes up nothing of it", async () => {
  const { kafka, stream, stop } = await readToTen(true);
  let answer: (bounds: LogBounds[]) => void = () => undefined;
  kafka.bounds = () => new Promise((resolve) => (answer = resolve));
  const batch = kafka.give(messagesIn("a", 25, 26));
  await setImmediate();

  stop.abort();
  answer([{ partition: 0, low: 25, high: 1_000 }]);
  await batch.handled;

  expect(stream.sent).toEqual([]);
});
