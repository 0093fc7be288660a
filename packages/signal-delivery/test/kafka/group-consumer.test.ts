import { setImmediate } from "node:timers/promises";

import { expect, test } from "vitest";

import { DEAD_LETTER_HEADERS } from "../../src/kafka/dead-letter-topic.js";
import { MembershipError } from "../../src/kafka/kafka-client.js";
import { consumerForTest, SESSION_TIMEOUT_MS } from "./consumer-for-test.js";
import { messagesIn } from "./fake-kafka.js";

test("a batch is sent, committed as a whole, and followed by the next one", async () => {
  const { kafka, stream } = await consumerForTest();

  const batch = kafka.give(messagesIn("a", 0, 4), 5);
  await batch.handled;

  expect(stream.sent).toEqual([0, 1, 2, 3, 4]);
  expect(kafka.commits.at(-1)).toMatchObject({ partition: 0, offset: 5 });
  expect(batch.next()).toBe(5);
});

test("when the group gives the partitions again during a batch, nothing more of it is sent or committed", async () => {
  const { kafka, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await setImmediate();
  const before = kafka.commits.length;

  kafka.listener?.joined([0]);
  await stream.release();
  await batch.handled;

  expect(stream.sent).toEqual([0, 1]);
  expect(kafka.commits).toHaveLength(before);
  // The new generation begins with what is committed.
  expect(batch.next()).toBeUndefined();
});

test("a heartbeat that the group refuses ends the batch: what is taken up is sent and committed, then the member joins again", async () => {
  const { kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  const refusal = new MembershipError("The group is rebalancing");
  kafka.heartbeatError = refusal;
  await clock.pass(1_000);

  await stream.release();

  await expect(batch.handled).rejects.toBe(refusal);
  expect(stream.sent).toEqual([0, 1, 2]);
  expect(kafka.commits.at(-1)).toMatchObject({ offset: 3 });
});

test("a heartbeat that fails because of the connection ends nothing", async () => {
  const { kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  kafka.heartbeatError = new Error("Connection closed");
  await clock.pass(1_000);

  await stream.release();
  await batch.handled;

  expect(stream.sent).toEqual([0, 1, 2, 3, 4]);
});

test("without a heartbeat for almost a session, nothing more is sent or committed, and the worker is not ready", async () => {
  const { consumer, kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await clock.pass(0.7 * SESSION_TIMEOUT_MS);
  expect(consumer.problem()).toBeUndefined();
  const before = kafka.commits.length;

  await clock.pass(0.1 * SESSION_TIMEOUT_MS);
  await stream.release();
  await batch.handled;

  expect(stream.sent).toEqual([0, 1]);
  expect(kafka.commits).toHaveLength(before);
  expect(consumer.problem()).toContain("The consumer group has not answered for long");
});

test("a heartbeat renews the lease", async () => {
  const { consumer, kafka, clock } = await consumerForTest();
  await clock.pass(0.7 * SESSION_TIMEOUT_MS);

  kafka.listener?.alive();
  await clock.pass(0.7 * SESSION_TIMEOUT_MS);

  expect(consumer.problem()).toBeUndefined();
});

test("what is in flight when the lease ends may take the drain timeout, and is ended then", async () => {
  const { kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await clock.pass(0.8 * SESSION_TIMEOUT_MS);
  await clock.pass(2_000);
  expect(stream.wasAborted).toBe(false);

  await clock.pass(2_000);
  await batch.handled;

  expect(stream.wasAborted).toBe(true);
  expect(stream.sent).toEqual([0, 1]);
});

test("a commit that the group refuses ends the batch, and the member joins again", async () => {
  const { kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await setImmediate();
  const refusal = new MembershipError("The member is unknown");
  kafka.answerCommit = () => Promise.reject(refusal);
  await clock.pass(1_000);

  await stream.release();

  await expect(batch.handled).rejects.toBe(refusal);
  // What is taken up is sent: that is harmless with deduplication.
  expect(stream.sent).toEqual([0, 1, 2]);
  expect(batch.next()).toBeUndefined();
});

test("without deduplication, a commit that the group refuses keeps what is taken up from being sent", async () => {
  const { kafka, stream } = await consumerForTest({ deduplicate: false });
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await setImmediate();
  const refusal = new MembershipError("The member is unknown");
  kafka.answerCommit = () => Promise.reject(refusal);

  await stream.release();

  await expect(batch.handled).rejects.toBe(refusal);
  expect(stream.sent).toEqual([0, 1]);
});

test("a commit without an answer does not prolong the lease", async () => {
  const { kafka, clock, stream } = await consumerForTest({ deduplicate: false });
  stream.held = 3;
  void kafka.give(messagesIn("a", 0, 4)).handled;
  await clock.pass(0.75 * SESSION_TIMEOUT_MS);
  kafka.answerCommit = () => new Promise(() => undefined);
  await stream.release();

  await clock.pass(0.1 * SESSION_TIMEOUT_MS);
  expect(stream.isStopped).toBe(true);
});

test("a batch whose last commit is answered after the group has given the partitions again leaves the next one alone", async () => {
  const { kafka, stream } = await consumerForTest();
  stream.held = 4;
  const batch = kafka.give(messagesIn("a", 0, 4), 5);
  await setImmediate();
  let answer: () => void = () => undefined;
  kafka.answerCommit = () => new Promise((resolve) => (answer = resolve));
  await stream.release();

  kafka.listener?.joined([0]);
  answer();
  await batch.handled;

  expect(kafka.commits.at(-1)).toMatchObject({ offset: 5 });
  expect(batch.next()).toBeUndefined();
});

test("a batch is not taken up if it cannot be committed that it is under way", async () => {
  const { kafka, stream } = await consumerForTest();
  kafka.answerCommit = () => Promise.reject(new Error("Connection closed"));

  await kafka.give(messagesIn("a", 0, 4)).handled;

  expect(stream.sent).toEqual([]);
});

test("a partition is at its end when only the end of a transaction follows", async () => {
  const { consumer, kafka } = await consumerForTest();
  await kafka.give(messagesIn("a", 0, 4), 6).handled;
  expect(consumer.lags().get(0)).toBe(1);

  kafka.listener?.passed(0, 6);

  expect(consumer.lags().get(0)).toBe(0);
});

test("what is sent and could not be committed is fetched again, committed then, and not sent a second time", async () => {
  const { kafka, stream } = await consumerForTest();
  stream.held = 0;
  const first = kafka.give(messagesIn("a", 0, 0), 1);
  await setImmediate();
  kafka.answerCommit = () => Promise.reject(new Error("Connection closed"));
  await stream.release();
  await first.handled;
  expect(first.next()).toBeUndefined();

  kafka.answerCommit = () => Promise.resolve();
  const second = kafka.give(messagesIn("a", 0, 0), 1);
  await second.handled;

  expect(stream.sent).toEqual([0]);
  expect(kafka.commits.at(-1)).toMatchObject({ offset: 1 });
  expect(second.next()).toBe(1);
});

test("a batch has a turn of ten seconds, and what is left of it is fetched again", async () => {
  const { kafka, clock, stream } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  for (let second = 0; second < 11; second += 1) {
    await clock.pass(1_000);
    kafka.listener?.alive();
  }

  await stream.release();
  await batch.handled;

  expect(stream.sent).toEqual([0, 1, 2]);
  expect(batch.next()).toBe(3);
});

test("what a problem has left is fetched again after a second", async () => {
  const { kafka, clock, stream, end } = await consumerForTest();
  stream.problem = "Apollo answered 401";
  const batch = kafka.give(messagesIn("a", 0, 4));
  const over = { handled: false };
  void batch.handled.then(() => (over.handled = true));

  await clock.pass(900);
  expect(over.handled).toBe(false);
  await clock.pass(100);

  expect(over.handled).toBe(true);
  expect(end.isOver).toBe(false);
});

test("a stop takes up nothing more, commits what is sent, and leaves the group", async () => {
  const { kafka, stream, stop, end } = await consumerForTest();
  stream.held = 2;
  const batch = kafka.give(messagesIn("a", 0, 4));
  await setImmediate();

  stop.abort();
  await stream.release();
  await batch.handled;

  expect(stream.sent).toEqual([0, 1, 2]);
  expect(kafka.commits.at(-1)).toMatchObject({ offset: 3 });
  expect(kafka.hasLeft).toBe(true);
  expect(end).toEqual({ isOver: true });
});

test("an error that ends the member ends the consumer", async () => {
  const { kafka, end } = await consumerForTest();
  const error = new Error("Not authorized");

  kafka.listener?.crashed(error);
  await setImmediate();

  expect(end).toEqual({ isOver: true, problem: error });
  expect(kafka.hasLeft).toBe(true);
});

test("messages that cannot be decompressed are a problem that is said once, and names the partitions that wait", async () => {
  const { consumer, kafka, clock, said } = await consumerForTest();
  kafka.committedBefore.push({ partition: 0, offset: 3, metadata: "", wasReset: false });
  kafka.listener?.joined([0]);
  await setImmediate();

  kafka.listener?.unreadable("It cannot be read.");
  kafka.listener?.unreadable("It cannot be read.");

  expect(said).toEqual(["It cannot be read."]);
  expect(consumer.problem()).toBe("It cannot be read. What waits there: partition 0.");
  for (let second = 0; second < 16; second += 1) {
    await clock.pass(1_000);
    kafka.listener?.alive();
  }
  expect(consumer.problem()).toBeUndefined();
});

/** Letters, as they are in a topic of dead letters. */
const lettersIn = (from: number, to: number) =>
  messagesIn("a", from, to).map((message) => ({ ...message, headers: { [DEAD_LETTER_HEADERS.status]: "failed" } }));

test("a replay reads to the end that the topic had, pauses there, and is over", async () => {
  const { kafka, stream, end } = await consumerForTest({ until: new Map([[0, 3]]) });
  expect(end.isOver).toBe(false);

  await kafka.give(lettersIn(0, 4)).handled;
  await setImmediate();

  expect(stream.sent).toEqual([0, 1, 2]);
  expect(kafka.paused).toContain(0);
  expect(end).toEqual({ isOver: true });
});

test("a replay of a topic with other messages stops, and sends none of them", async () => {
  const { kafka, stream, end } = await consumerForTest({ until: new Map([[0, 3]]) });

  await kafka.give(messagesIn("a", 0, 4)).handled;
  await setImmediate();

  expect(stream.sent).toEqual([]);
  expect(end.problem).toMatchObject({
    message: expect.stringContaining("holds messages that are no dead letters") as string,
  });
});

test("a replay sends one of two letters of the same event", async () => {
  const { kafka, stream, said } = await consumerForTest({ until: new Map([[0, 3]]) });
  const origin = {
    [DEAD_LETTER_HEADERS.topic]: "delivery-apollo",
    [DEAD_LETTER_HEADERS.partition]: "0",
    [DEAD_LETTER_HEADERS.offset]: "7",
  };
  const letters = lettersIn(0, 2).map((letter) => ({
    ...letter,
    value: Buffer.from("{}"),
    headers: { ...letter.headers, ...origin },
  }));

  await kafka.give(letters).handled;

  expect(stream.sent).toEqual([0]);
  expect(said[0]).toBe("Letter 0:1 is of the same event as letter 0:0: it is not sent a second time.");
});

test("a replay that cannot go on stops: with a problem, or with messages that cannot be decompressed", async () => {
  const one = await consumerForTest({ until: new Map([[0, 3]]) });
  one.stream.problem = "Apollo answered 401";
  void one.kafka.give(lettersIn(0, 4)).handled;
  await setImmediate();
  expect(one.end.problem).toMatchObject({ message: "Apollo answered 401" });

  const other = await consumerForTest({ until: new Map([[0, 3]]) });
  other.kafka.listener?.unreadable("It cannot be read.");
  await setImmediate();
  expect(other.end.problem).toMatchObject({ message: "It cannot be read." });
});
