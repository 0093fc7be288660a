import { expect, test } from "vitest";

import type { KafkaMessage } from "../../src/kafka/kafka-client.js";
import { markOf } from "../../src/kafka/log-mark.js";

const message: KafkaMessage = {
  offset: 41,
  timestamp: 1_767_225_600_000,
  key: Buffer.from("a-1"),
  value: Buffer.from("{}"),
  headers: {},
  leaderEpoch: 3,
};

test("a mark is what earlier versions have committed for the same message", () => {
  expect(markOf(message)).toEqual({ offset: 41, fingerprint: "HcpFaUrpJZc" });
  expect(markOf({ ...message, key: null, timestamp: -1, leaderEpoch: undefined })).toEqual({
    offset: 41,
    fingerprint: "1hJsiBfLysM",
  });
});

test.each<Partial<KafkaMessage>>([
  { offset: 42 },
  { timestamp: 0 },
  { key: Buffer.from("a-2") },
  { value: Buffer.from("[]") },
  { leaderEpoch: 4 },
])("a message with %j is another mark", (other) => {
  expect(markOf({ ...message, ...other }).fingerprint).not.toBe(markOf(message).fingerprint);
});
