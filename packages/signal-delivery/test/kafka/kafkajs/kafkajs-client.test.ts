import type { Admin, Kafka, ProducerRecord } from "kafkajs";
import kafkaJs from "kafkajs";
import { expect, test } from "vitest";

import { UnwritableMessageError } from "../../../src/kafka/kafka-client.js";
import { KafkaJsClient } from "../../../src/kafka/kafkajs/kafkajs-client.js";

const message = { key: null, value: Buffer.from("{}"), headers: {} };

/** A producer of a broker that answers, and what was sent with it. */
async function producerForTest(answer: () => Promise<void> = () => Promise.resolve()) {
  const sent: ProducerRecord[] = [];
  const ofKafkaJs = {
    connect: () => Promise.resolve(),
    send: (record: ProducerRecord) => {
      sent.push(record);
      return answer();
    },
  };
  const client = new KafkaJsClient(kafkaJs, { producer: () => ofKafkaJs } as unknown as Kafka, {} as Admin);
  return { producer: await client.producer(), sent };
}

test("a message is safe with all replicas that are in sync", async () => {
  const { producer, sent } = await producerForTest();

  await producer.send("delivery-apollo-dlq", message);

  expect(sent).toEqual([{ topic: "delivery-apollo-dlq", acks: -1, messages: [message] }]);
});

test.each([
  ["the broker finds too large", Object.assign(new Error("no"), { type: "MESSAGE_TOO_LARGE" })],
  ["the broker finds too large with others", Object.assign(new Error("no"), { type: "RECORD_LIST_TOO_LARGE" })],
  ["kafkajs cannot encode", new Error("no", { cause: new TypeError("no") })],
  ["kafkajs cannot hold", new RangeError("no")],
])("a message that %s is at fault", async (_, error) => {
  const { producer } = await producerForTest(() => Promise.reject(error));

  await expect(producer.send("delivery-apollo-dlq", message)).rejects.toBeInstanceOf(UnwritableMessageError);
});

test("a message is not at fault if the broker is away", async () => {
  const error = new Error("Connection closed");
  const { producer } = await producerForTest(() => Promise.reject(error));

  await expect(producer.send("delivery-apollo-dlq", message)).rejects.toBe(error);
});

test("what a group has committed says where nothing is, and where kafkajs has overwritten it", async () => {
  const partitions = [
    { partition: 0, offset: "7", metadata: "2:Ag==" },
    { partition: 1, offset: "-1", metadata: null },
    { partition: 2, offset: "-2", metadata: null },
  ];
  const admin = { fetchOffsets: () => Promise.resolve([{ topic: "t", partitions }]) } as unknown as Admin;

  expect(await new KafkaJsClient(kafkaJs, {} as unknown as Kafka, admin).committed("g", "t")).toEqual([
    { partition: 0, offset: 7, metadata: "2:Ag==", wasReset: false },
    { partition: 1, offset: undefined, metadata: "", wasReset: false },
    { partition: 2, offset: undefined, metadata: "", wasReset: true },
  ]);
});
