import { expect, test } from "vitest";

import { readKafkaSettings } from "../../src/kafka/kafka-settings.js";
import { folderForTest } from "../support/folder.js";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const brokers = "kafka-1:9092";

test.each([
  ["kafka-1:9092", ["kafka-1:9092"]],
  ["kafka-1:9092,kafka-2:9093", ["kafka-1:9092", "kafka-2:9093"]],
  [" kafka-1:9092 , 10.0.0.2:9092 ", ["kafka-1:9092", "10.0.0.2:9092"]],
  ["[::1]:9092", ["[::1]:9092"]],
])("the brokers of %j", async (text, expected) => {
  expect(await readKafkaSettings({ brokers: text }, {})).toEqual({ brokers: expected });
});

test.each([undefined, "", " , "])("without brokers (%j) it says how to name them", async (text) => {
  await expect(readKafkaSettings({ brokers: text }, {})).rejects.toThrow("Where is Kafka? Give --brokers");
});

test.each(["kafka-1", "kafka://kafka-1:9092", "kafka-1:9092,", "tim:secret@kafka-1:9092", "kafka-1:port"])(
  "%j is no list of brokers, and the text is not repeated",
  async (text) => {
    const settings = readKafkaSettings({ brokers: text }, {});

    await expect(settings).rejects.toThrow("host:port, separated by commas, without a scheme");
    await expect(settings).rejects.not.toThrow(text);
  },
);

test("TLS alone trusts whom Node trusts", async () => {
  expect(await readKafkaSettings({ brokers, tls: true }, {})).toMatchObject({ ssl: true });
});

test("a certificate authority of one's own, or a certificate to show, implies TLS", async () => {
  const folder = await folderForTest();
  const file = await folder.write("some.pem", PEM);

  expect(await readKafkaSettings({ brokers, tlsCa: file }, {})).toMatchObject({ ssl: { ca: [PEM] } });
  expect(await readKafkaSettings({ brokers, tlsCert: file, tlsKey: file }, {})).toMatchObject({
    ssl: { cert: PEM, key: PEM },
  });
});

test.each([{ tlsCert: "cert.pem" }, { tlsKey: "key.pem" }])("%j alone is half of what it takes", async (flags) => {
  await expect(readKafkaSettings({ brokers, ...flags }, {})).rejects.toThrow("belong together");
});

test("a file of TLS that is not there, or is none, is named", async () => {
  const folder = await folderForTest();
  const file = await folder.write("some.der", "0\x82\x01");

  await expect(readKafkaSettings({ brokers, tlsCa: `${file}.away` }, {})).rejects.toThrow(
    /Cannot read .*some\.der\.away/,
  );
  await expect(readKafkaSettings({ brokers, tlsCa: file }, {})).rejects.toThrow("is no PEM file");
});

test("who we are stands in the environment", async () => {
  const env = { KAFKA_USERNAME: "worker", KAFKA_PASSWORD: "secret" };

  expect(await readKafkaSettings({ brokers, sasl: "scram-sha-512" }, env)).toMatchObject({
    sasl: { mechanism: "scram-sha-512", username: "worker", password: "secret" },
  });
});

test.each([
  {},
  { KAFKA_USERNAME: "worker" },
  { KAFKA_PASSWORD: "secret" },
  { KAFKA_USERNAME: "", KAFKA_PASSWORD: "secret" },
])("a mechanism with %j alone is refused, and says no password", async (env) => {
  const settings = readKafkaSettings({ brokers, sasl: "plain" }, env);

  await expect(settings).rejects.toThrow("--sasl needs KAFKA_USERNAME and KAFKA_PASSWORD");
  await expect(settings).rejects.not.toThrow("secret");
});

test("a user without a mechanism is no user by mistake", async () => {
  await expect(readKafkaSettings({ brokers }, { KAFKA_USERNAME: "worker" })).rejects.toThrow("--sasl plain|");
});
