import { expect, test } from "vitest";

import { Topics } from "../../src/kafka/topics.js";
import { FakeKafka, messageIn, messagesIn } from "./fake-kafka.js";

/** What a partition holds at an offset: a message, the end of a transaction, or nothing any more since it was compacted. */
type Held = "message" | "end of a transaction" | "compacted";

/** A topic of one partition, read message by message. */
function topicsThatHold(held: readonly Held[]): Topics {
  const kafka = new FakeKafka();
  kafka.lowAndHigh = [{ partition: 0, low: 0, high: held.length }];
  kafka.onJoin = async (from) => {
    for (let offset = from.get(0) ?? 0; offset < held.length; offset += 1) {
      if (held[offset] === "message") await kafka.give([messageIn("a", offset)]).handled;
      else kafka.listener?.passed(0, offset + 1);
    }
  };
  return new Topics(kafka);
}

test.each<{ held: Held[]; offsets: number[] }>([
  { held: ["message", "message"], offsets: [0, 1] },
  { held: ["message", "message", "end of a transaction"], offsets: [0, 1] },
  { held: ["message", "compacted", "message", "compacted"], offsets: [0, 2] },
  { held: ["end of a transaction"], offsets: [] },
])("a topic that holds $held is read to its end", async ({ held, offsets }) => {
  const read: number[] = [];

  await topicsThatHold(held).readFrom("dlq", "group", ({ offset }) => {
    read.push(offset);
    return Promise.resolve();
  });

  expect(read).toEqual(offsets);
});

test.each<{ held: Held; found: object | undefined }>([
  { held: "message", found: { offset: 1 } },
  { held: "end of a transaction", found: undefined },
  { held: "compacted", found: undefined },
])("where a $held stands, there is the message $found", async ({ held, found }) => {
  const topics = topicsThatHold(["message", held, "message"]);

  const message = await topics.message("dlq", "group", { partition: 0, offset: 1 });

  expect(message && { offset: message.offset }).toEqual(found);
});

/** A topic of one partition with ten messages, what is read of it, and how. */
function tenMessages(onJoin: (kafka: FakeKafka, from: ReadonlyMap<number, number>) => Promise<void>) {
  const kafka = new FakeKafka();
  kafka.lowAndHigh = [{ partition: 0, low: 0, high: 10 }];
  kafka.onJoin = (from) => onJoin(kafka, from);
  const read: number[] = [];
  const topics = new Topics(kafka);
  const reading = topics.readFrom("dlq", "group", ({ offset }) => {
    read.push(offset);
    return Promise.resolve();
  });
  return { kafka, read, reading };
}

test("batch follows batch, with a heartbeat for each message", async () => {
  const { kafka, read, reading } = tenMessages(async (kafka) => {
    for (let next: number | undefined = 0; next !== undefined && next < 10;) {
      const batch = kafka.give(messagesIn("a", next, Math.min(next + 3, 9)));
      await batch.handled;
      next = batch.next();
    }
  });

  await reading;

  expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(kafka.heartbeats).toBe(10);
  expect(kafka.hasLeft).toBe(true);
});

test("what comes once more, since the reader had to join again, is not read twice", async () => {
  const { read, reading } = tenMessages(async (kafka) => {
    await kafka.give(messagesIn("a", 0, 5)).handled;
    await kafka.give(messagesIn("a", 0, 9)).handled;
  });

  await reading;

  expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a partition that a replay has read to its end is not waited for, and nothing of it is read", async () => {
  const kafka = new FakeKafka();
  kafka.lowAndHigh = [0, 1].map((partition) => ({ partition, low: 0, high: 4 }));
  kafka.committedBefore.push({ partition: 1, offset: 4, metadata: "", wasReset: false });
  kafka.onJoin = async () => {
    await kafka.give(messagesIn("a", 0, 1), 4, 1).handled;
    kafka.listener?.passed(1, 2);
    await kafka.give(messagesIn("a", 0, 3), 4, 0).handled;
  };
  const read: string[] = [];

  await new Topics(kafka).readFrom("dlq", "group", ({ offset }, partition) => {
    read.push(`${partition}:${offset}`);
    return Promise.resolve();
  });

  expect(read).toEqual(["0:0", "0:1", "0:2", "0:3"]);
});

test.each([
  ["it cannot join", () => Promise.reject(new Error("It cannot join.")), "It cannot join."],
  ["it crashes", (kafka: FakeKafka) => Promise.resolve(kafka.listener?.crashed(new Error("crashed"))), "crashed"],
  [
    "messages cannot be decompressed",
    (kafka: FakeKafka) => Promise.resolve(kafka.listener?.unreadable("It cannot be read.")),
    "It cannot be read.",
  ],
])("reading ends with an error if %s", async (_, onJoin, problem) => {
  const { kafka, reading } = tenMessages(onJoin);

  await expect(reading).rejects.toThrow(problem);
  expect(kafka.hasLeft).toBe(true);
});
