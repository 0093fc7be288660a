import { fc, test } from "@fast-check/vitest";
import { Partitioners, type PartitionerArgs } from "kafkajs";
import { expect } from "vitest";

import { keyPartitioner, murmur2 } from "../../../src/kafka/kafkajs/key-partitioner.js";

const choose = keyPartitioner(Partitioners.DefaultPartitioner)();
const argsOf = (key: Buffer | string | null, partitions: number): PartitionerArgs => ({
  topic: "delivery-apollo-dlq",
  partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 1,
    replicas: [],
    isr: [],
  })),
  message: { key, value: null },
});

// Kafka's own UtilsTest.testMurmur2.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("the hash of %s is that of Kafka's own producers", (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test.prop([fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 100 })])(
  "a key goes into the partition that kafkajs would choose",
  (bytes, partitions) => {
    const args = argsOf(Buffer.from(bytes), partitions);

    expect(choose(args)).toBe(Partitioners.DefaultPartitioner()(args));
  },
);

test("a message without a key goes into some partition", () => {
  expect([0, 1, 2]).toContain(choose(argsOf(null, 3)));
});

test("a key of ten megabytes takes less than a second", () => {
  const began = performance.now();

  choose(argsOf(Buffer.alloc(10_000_000, 7), 3));

  expect(performance.now() - began).toBeLessThan(1_000);
});
