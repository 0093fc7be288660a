import { expect, test } from "vitest";

import { Topics } from "../../src/kafka/topics.js";
import { FakeKafka, messageIn } from "./fake-kafka.js";

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
