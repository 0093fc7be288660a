import { expect, test } from "vitest";

import {
  eventOfLetter,
  isLetter,
  isMaybeDelivered,
  letterOfMessage,
  omittedOf,
} from "../../src/kafka/dead-letter-message.js";
import { DeadLetterTopic, DEAD_LETTER_HEADERS } from "../../src/kafka/dead-letter-topic.js";
import { recordOfMessage } from "../../src/kafka/message-record.js";
import { UnwritableMessageError, type KafkaMessage, type NewMessage } from "../../src/kafka/kafka-client.js";
import type { DeadLetter } from "../../src/stream/dead-letter.js";
import type { RecordOrigin } from "../../src/stream/event-source.js";

const event = { type: "track", event: "Demo Requested", messageId: "m-1" };
/** What is to be read again. */
const shown = {
  position: 41,
  topic: "delivery-apollo",
  partition: 3,
  messageId: "m-1",
  status: "failed",
  reason: "server_error",
  class: "transient",
  message: "Apollo answered 503",
  httpStatus: 503,
  maybeDelivered: true,
  attempts: 5,
  firstAt: "2026-01-01T00:00:00.000Z",
  lastAt: "2026-01-01T00:01:00.000Z",
  event,
} as const;
const letter: DeadLetter = { ...shown, warnings: [] };
const origin: RecordOrigin = {
  topic: "delivery-apollo",
  partition: 3,
  key: Buffer.from("a-1"),
  value: Buffer.from(JSON.stringify(event)),
  headers: { trace: "t-1" },
};

/** A topic, what was sent to it, and what the broker makes of that. */
function topicForTest(answer: (message: NewMessage) => Error | undefined = () => undefined) {
  const sent: (readonly [topic: string, message: NewMessage])[] = [];
  const topic = new DeadLetterTopic("delivery-apollo-dlq", {
    send: (...record) => {
      sent.push(record);
      const problem = answer(record[1]);
      return problem === undefined ? Promise.resolve() : Promise.reject(problem);
    },
  });
  return { topic, sent, messages: () => sent.map(([, message]) => message) };
}

test("a letter of a record that is written tells what is left to do, and a message that is no letter does not", async () => {
  const { topic, messages } = topicForTest();
  await topic.add({ ...letter, resume: "66f1c0ffee0a000000000001" }, origin);
  const [message] = messages();
  if (message === undefined) throw new Error("It was sent.");
  const read = stored(message);

  expect(letterOfMessage(read)).toMatchObject({ resume: "66f1c0ffee0a000000000001" });
  expect(recordOfMessage("delivery-apollo-dlq", 0, read)).toMatchObject({
    kind: "event",
    resume: "66f1c0ffee0a000000000001",
  });
  const headers = Object.fromEntries(
    Object.entries(read.headers).filter(([name]) => name !== DEAD_LETTER_HEADERS.status),
  );
  expect(recordOfMessage("delivery-apollo", 0, { ...read, headers })).not.toHaveProperty("resume");
});

const tooLarge = () => new UnwritableMessageError("too large");

/** A message as it is read again. */
function stored(message: NewMessage): KafkaMessage {
  return { ...message, timestamp: 0, offset: 7, leaderEpoch: 1 };
}

test("a letter is the message as it was, with why in its headers", async () => {
  const { topic, sent } = topicForTest();

  await topic.add(letter, origin);

  expect(sent).toEqual([
    [
      "delivery-apollo-dlq",
      {
        key: origin.key,
        value: origin.value,
        headers: {
          trace: "t-1",
          "signal-delivery-status": "failed",
          "signal-delivery-reason": "server_error",
          "signal-delivery-class": "transient",
          "signal-delivery-message": "Apollo answered 503",
          "signal-delivery-attempts": "5",
          "signal-delivery-maybe-delivered": "true",
          "signal-delivery-http-status": "503",
          "signal-delivery-source-topic": "delivery-apollo",
          "signal-delivery-source-partition": "3",
          "signal-delivery-source-offset": "41",
          "signal-delivery-first-at": "2026-01-01T00:00:00.000Z",
          "signal-delivery-last-at": "2026-01-01T00:01:00.000Z",
        },
      },
    ],
  ]);
  expect(topic.count).toBe(1);
});

test("what is written is what is read", async () => {
  const { topic, messages } = topicForTest();
  await topic.add(letter, origin);

  const [read] = messages().map(stored);

  expect(read && letterOfMessage(read)).toEqual(shown);
  expect(read && isLetter(read)).toBe(true);
  expect(read && isMaybeDelivered(read)).toBe(true);
});

test("a letter whose message was too large for the topic says so, and where the message still stands", async () => {
  const { topic, messages } = topicForTest(({ value }) => (value === null ? undefined : tooLarge()));
  await topic.add(letter, origin);

  const [, read] = messages().map(stored);

  expect(read && letterOfMessage(read)).toStrictEqual({
    ...Object.fromEntries(Object.entries(shown).filter(([name]) => name !== "event")),
    messageId: null,
    valueLeftOut: "too large for this topic",
  });
});

test("a message of somebody else is no letter, and what it does not say is unknown", () => {
  const foreign = stored({
    key: null,
    value: Buffer.from("no JSON"),
    headers: { [DEAD_LETTER_HEADERS.attempts]: "many" },
  });

  expect(isLetter(foreign)).toBe(false);
  expect(isMaybeDelivered(foreign)).toBe(false);
  expect(letterOfMessage(foreign)).toMatchObject({
    position: 7,
    messageId: null,
    reason: "unknown",
    class: "unknown",
    attempts: 0,
    line: "no JSON",
  });
});

test("a letter that dies again says why anew, where it stood at first, and that it may be delivered if any death left that open", async () => {
  const { topic, messages } = topicForTest();
  await topic.add(letter, origin);
  const { headers = {} } = messages()[0] ?? {};
  const replayed: RecordOrigin = { ...origin, topic: "delivery-apollo-dlq", partition: 0, headers };

  await topic.add(
    {
      ...letter,
      topic: "delivery-apollo-dlq",
      partition: 0,
      position: 7,
      reason: "invalid_request",
      attempts: 1,
      maybeDelivered: false,
    },
    replayed,
  );

  expect(messages()[1]?.headers).toMatchObject({
    "signal-delivery-reason": "invalid_request",
    "signal-delivery-attempts": "1",
    "signal-delivery-maybe-delivered": "true",
    "signal-delivery-source-topic": "delivery-apollo",
    "signal-delivery-source-partition": "3",
    "signal-delivery-source-offset": "41",
  });
});

test("a value that the topic does not take is left out, and the letter says so", async () => {
  const { topic, messages } = topicForTest(({ value }) => (value === null ? undefined : tooLarge()));

  await topic.add(letter, origin);

  expect(messages().at(-1)).toMatchObject({
    key: origin.key,
    value: null,
    headers: {
      [DEAD_LETTER_HEADERS.reason]: "server_error",
      [DEAD_LETTER_HEADERS.valueLeftOut]: "too large for this topic",
    },
  });
  expect(topic.count).toBe(1);
});

test("a letter that the broker does not take is not counted, and the error names the topic", async () => {
  const { topic } = topicForTest(() => new Error("Not enough replicas"));

  await expect(topic.add(letter, origin)).rejects.toMatchObject({
    name: "HaltError",
    message: "Cannot write dead letters to the topic delivery-apollo-dlq: Not enough replicas",
  });
  expect(topic.count).toBe(0);
});

test("a letter without an origin is its event, or its line as it came", async () => {
  const { topic, messages } = topicForTest();

  await topic.add(letter);
  await topic.add({ ...letter, event: undefined, line: "no JSON" });

  expect(messages().map(({ key, value }) => [key, String(value)])).toEqual([
    [null, JSON.stringify(event)],
    [null, "no JSON"],
  ]);
});

/** A topic that takes messages up to a size. */
function topicUpTo(maxBytes: number) {
  const sizeOf = ({ key, value, headers }: NewMessage) =>
    [key, value, ...Object.entries(headers).flat(2)].reduce<number>(
      (sum, part) => sum + Buffer.byteLength(part ?? ""),
      0,
    );
  return topicForTest((message) => (sizeOf(message) <= maxBytes ? undefined : tooLarge()));
}

test.each([
  ["headers", { headers: { trace: Buffer.alloc(50_000) } }, ["headers"]],
  ["a key", { key: Buffer.alloc(50_000) }, ["key"]],
  [
    "a value and headers",
    { value: Buffer.alloc(50_000), headers: { trace: "t".repeat(60_000) } },
    ["value", "headers"],
  ],
  [
    "anything",
    { value: Buffer.alloc(50_000), key: Buffer.alloc(60_000), headers: { a: "t".repeat(70_000) } },
    ["value", "headers", "key"],
  ],
])("a letter whose message has %s too large is kept without that, which its headers say", async (_, parts, omitted) => {
  const { topic, messages } = topicUpTo(10_000);

  await topic.add(letter, { ...origin, ...parts });

  const read = messages().map(stored).at(-1);
  const shownLetter = read && letterOfMessage(read);
  expect(shownLetter && omittedOf(shownLetter)).toEqual(omitted);
  expect(shownLetter).toMatchObject({ position: 41, topic: "delivery-apollo", partition: 3, reason: "server_error" });
  expect(topic.count).toBe(1);
});

test("a letter fits, whatever Apollo said, and whatever a header of ours held", async () => {
  const { topic, messages } = topicUpTo(70_000);
  const headers = { [DEAD_LETTER_HEADERS.topic]: "t".repeat(100_000) };

  await topic.add({ ...letter, message: "m".repeat(500_000) }, { ...origin, headers });

  expect(messages()).toHaveLength(1);
});

test("a letter that dies again says anew what is missing of it", async () => {
  const { topic, messages } = topicForTest();
  const headers = {
    [DEAD_LETTER_HEADERS.valueLeftOut]: "too large for this topic",
    [DEAD_LETTER_HEADERS.nullHeaders]: '["a"]',
    a: "",
  };

  await topic.add(letter, { ...origin, value: null, headers });

  const [read] = messages().map(stored);
  expect(read && letterOfMessage(read)).toMatchObject({
    valueLeftOut: "too large for this topic",
    nullHeaders: '["a"]',
  });
});

test("two letters are of the same event if it stood in the same place and is the same", async () => {
  const { topic, messages } = topicForTest();
  const another = { ...letter, position: 42 };
  await topic.add(letter, origin);
  await topic.add({ ...letter, reason: "maybe_delivered" }, origin);
  await topic.add(another, origin);
  await topic.add(letter, { ...origin, value: Buffer.from("of a topic that was recreated") });
  await topic.add(letter, { ...origin, value: null });

  const [first, second, ...others] = messages().map((message) => eventOfLetter(stored(message)));

  expect(first).toBeDefined();
  expect(second).toBe(first);
  expect(others.filter((event) => event === first)).toEqual([]);
  expect(others.at(-1)).toBeUndefined();
});
