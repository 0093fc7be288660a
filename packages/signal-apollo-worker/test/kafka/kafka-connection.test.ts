import { EventEmitter } from "node:events";

import type { Admin, Consumer, Kafka } from "kafkajs";
import { expect, test } from "vitest";

import { KafkaConnection } from "../../src/kafka/kafka-connection.js";
import type { KafkaJs } from "../../src/kafka/load-kafkajs.js";

/** What a partition holds at an offset: a message, the end of a transaction, or nothing any more since it was compacted. */
type Held = "message" | "end of a transaction" | "compacted";

/** A topic of one partition, read as kafkajs reads it: message by message, and what is none is only told of in an event. */
function connectionTo(held: readonly Held[]) {
  const events = { CRASH: "crash", END_BATCH_PROCESS: "end of batch" };
  const told = new EventEmitter();
  let from = 0;
  const consumer: Partial<Record<keyof Consumer, unknown>> = {
    events,
    on: told.on.bind(told),
    connect: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    seek: ({ offset }: { offset: string }) => {
      from = Number(offset);
    },
    run: async ({ eachMessage }: { eachMessage: (payload: unknown) => Promise<void> }) => {
      // The place to begin at is said after the call.
      await Promise.resolve();
      for (let offset = from; offset < held.length; offset += 1) {
        if (held[offset] === "message") await eachMessage({ partition: 0, message: { offset: String(offset) } });
        const batchSize = held[offset] === "message" ? 1 : 0;
        told.emit(events.END_BATCH_PROCESS, { payload: { partition: 0, batchSize, lastOffset: String(offset) } });
      }
    },
  };
  const admin: Partial<Record<keyof Admin, unknown>> = {
    fetchOffsets: () => Promise.resolve([]),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, low: "0", high: String(held.length) }]),
    deleteGroups: () => Promise.resolve(),
  };
  const kafka = { consumer: () => consumer } as unknown as Kafka;
  return new KafkaConnection({} as KafkaJs, kafka, admin as unknown as Admin);
}

test.each<{ held: Held[]; offsets: number[] }>([
  { held: ["message", "message"], offsets: [0, 1] },
  { held: ["message", "message", "end of a transaction"], offsets: [0, 1] },
  { held: ["message", "compacted", "message", "compacted"], offsets: [0, 2] },
  { held: ["end of a transaction"], offsets: [] },
])("a topic that holds $held is read to its end", async ({ held, offsets }) => {
  const read: number[] = [];

  await connectionTo(held).readFrom("dlq", "group", ({ offset }) => {
    read.push(Number(offset));
    return Promise.resolve();
  });

  expect(read).toEqual(offsets);
});

test.each<{ held: Held; found: object | undefined }>([
  { held: "message", found: { offset: "1" } },
  { held: "end of a transaction", found: undefined },
  { held: "compacted", found: undefined },
])("where a $held stands, there is the message $found", async ({ held, found }) => {
  const connection = connectionTo(["message", held, "message"]);

  expect(await connection.message("dlq", "group", { partition: 0, offset: 1 })).toEqual(found);
});
