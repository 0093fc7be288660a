import { expect, test } from "vitest";

import type { KafkaMessage } from "../../src/kafka/kafka-client.js";
import { recordOfMessage } from "../../src/kafka/message-record.js";

function messageOf(value: Buffer | string | null): KafkaMessage {
  return {
    offset: 41,
    timestamp: 0,
    key: Buffer.from("a-1"),
    value: typeof value === "string" ? Buffer.from(value) : value,
    headers: { trace: "t-1" },
    leaderEpoch: 1,
  };
}

test("a message that is not UTF-8 keeps its bytes beside what can be shown of them", () => {
  const value = Buffer.from("Ümit", "latin1");

  expect(recordOfMessage("delivery-apollo", 3, messageOf(value))).toMatchObject({
    line: "\uFFFDmit",
    lineBase64: value.toString("base64"),
  });
  expect(recordOfMessage("delivery-apollo", 3, messageOf("Ümit"))).not.toHaveProperty("lineBase64");
});

test("a message of JSON is an event, which knows where it came from", () => {
  const message = messageOf('{"type":"track"}');

  expect(recordOfMessage("delivery-apollo", 3, message)).toEqual({
    kind: "event",
    position: 41,
    endOffset: 42,
    event: { type: "track" },
    origin: {
      topic: "delivery-apollo",
      partition: 3,
      key: message.key,
      value: message.value,
      headers: { trace: "t-1" },
    },
  });
});

test.each([
  ["a tombstone", null, "has no value"],
  ["nothing", "", "is empty"],
  ["a blank line", " \n", "is empty"],
  ["no JSON", "lead,demo", "JSON"],
  ["another encoding", Buffer.from('{"type":"identify","name":"Ümit"}', "latin1"), "UTF-8"],
  ["eleven megabytes", Buffer.alloc(11 * 1024 * 1024, "x"), "is longer than 10 MiB"],
])("%s blocks no partition: it is a record that says what is wrong", (_, value, problem) => {
  const message = messageOf(value);

  const record = recordOfMessage("delivery-apollo", 3, message);

  expect(record).toMatchObject({
    kind: "unreadable",
    position: 41,
    message: expect.stringContaining(problem) as string,
  });
  // What a file keeps of it is cut short; the message itself is not.
  expect(record.kind === "unreadable" && record.line.length <= 64 * 1024).toBe(true);
  expect(record.origin?.value).toBe(message.value);
});
