import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

import {
  ConfigResourceTypes,
  Kafka,
  logLevel,
  type Admin,
  type EachMessagePayload,
  type KafkaConfig,
  type SASLOptions,
} from "kafkajs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { hasKafka, startKafka, startSecureKafka, unlessKafka } from "./kafka-broker.js";

type Connection = Omit<KafkaConfig, "brokers" | "logLevel">;

function clientOf(broker: string, connection: Connection = {}): Kafka {
  return new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, ...connection });
}

async function adminOf(broker: string): Promise<Admin> {
  const admin = clientOf(broker).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return admin;
}

async function produce(broker: string, topic: string, ...values: string[]): Promise<void> {
  const producer = clientOf(broker).producer();
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ key: "ada", value })) });
}

/** Consumes as a group until there were so many, and commits after each, with its value as metadata. */
async function consume(broker: string, topic: string, groupId: string, count: number): Promise<string[]> {
  const consumer = clientOf(broker).consumer({ groupId, sessionTimeout: 1_500, heartbeatInterval: 300 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on("consumer.crash", ({ payload }) => {
      // While the broker loads the first group's topic, kafkajs stumbles and starts again.
      if (!payload.restart) reject(payload.error);
    });
    const eachMessage = async ({ partition, message }: EachMessagePayload) => {
      const value = String(message.value);
      const offset = String(BigInt(message.offset) + 1n);
      await consumer.commitOffsets([{ topic, partition, offset, metadata: value }]);
      if (values.push(value) === count) resolve();
    };
    consumer.run({ autoCommit: false, eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return values;
}

/** Connects without patience and asks for the topics. */
async function topicsSeenBy(broker: string, connection: Connection): Promise<string[]> {
  const admin = clientOf(broker, { ...connection, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

describe.skipIf(!hasKafka)(`a Kafka for tests${unlessKafka}`, () => {
  let kafka: Awaited<ReturnType<typeof startKafka>>;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.close());

  test("a group gets what was produced, and its commits stand with their metadata", async () => {
    await kafka.createTopic("leads", 3);
    await produce(kafka.brokers, "leads", "first", "second");

    expect(await consume(kafka.brokers, "leads", "delivery", 2)).toEqual(["first", "second"]);

    const admin = await adminOf(kafka.brokers);
    const offsets = await admin.fetchOffsets({ groupId: "delivery", topics: ["leads"] });
    const committed = offsets.flatMap(({ partitions }) => partitions.filter(({ offset }) => offset !== "-1"));
    expect(committed).toMatchObject([{ offset: "2", metadata: "second" }]);
    expect((await admin.describeGroups(["delivery"])).groups).toMatchObject([{ state: "Empty" }]);
    const ends = await admin.fetchTopicOffsets("leads");
    expect(ends.map(({ high }) => high).sort()).toEqual(["0", "0", "2"]);
  });

  test("a topic has the settings it is given, and none comes by itself", async () => {
    await kafka.createTopic("short-lived", 1, { "retention.ms": "1000" });

    const admin = await adminOf(kafka.brokers);
    expect(await admin.listTopics()).toContain("short-lived");
    const resource = { type: ConfigResourceTypes.TOPIC, name: "short-lived", configNames: ["retention.ms"] };
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
    expect(resources).toMatchObject([{ configEntries: [{ configValue: "1000" }] }]);
    await expect(admin.fetchTopicMetadata({ topics: ["unheard-of"] })).rejects.toThrow(
      "does not host this topic-partition",
    );
  });

  test.each(["SIGTERM", "SIGKILL"] as const)("what was stored outlives a %s", async (signal) => {
    const topic = `kept-${signal}`;
    await kafka.createTopic(topic);
    await produce(kafka.brokers, topic, "before");
    expect(await consume(kafka.brokers, topic, `group-${signal}`, 1)).toEqual(["before"]);

    await kafka.stop(signal);
    await expect(topicsSeenBy(kafka.brokers, {})).rejects.toThrow("ECONNREFUSED");
    await kafka.start();

    await produce(kafka.brokers, topic, "after");
    expect(await consume(kafka.brokers, topic, `group-${signal}`, 1)).toEqual(["after"]);
  });

  test("while it is paused it answers nobody", async () => {
    kafka.pause();
    onTestFinished(() => {
      kafka.resume();
    });
    await expect(topicsSeenBy(kafka.brokers, { requestTimeout: 500 })).rejects.toThrow("timed out");

    kafka.resume();

    expect(await (await adminOf(kafka.brokers)).listTopics()).toBeInstanceOf(Array);
  });
});

describe.skipIf(!hasKafka)(`a Kafka that is guarded${unlessKafka}`, () => {
  let kafka: Awaited<ReturnType<typeof startSecureKafka>>;
  let ca: string;
  let cert: string;
  let key: string;
  beforeAll(async () => {
    kafka = await startSecureKafka();
    await kafka.createTopic("leads");
    const files = [kafka.caFile, kafka.certFile, kafka.keyFile] as const;
    [ca = "", cert = "", key = ""] = await Promise.all(files.map((file) => readFile(file, "utf8")));
  });
  afterAll(() => kafka.close());

  describe.each(["plain", "scram-sha-256", "scram-sha-512"] as const)("by %s", (mechanism) => {
    const login = (password: string): Connection => ({
      sasl: { mechanism, username: kafka.username, password } as SASLOptions,
    });

    test("it lets in who knows the password", async () => {
      expect(await topicsSeenBy(kafka.sasl, login(kafka.password))).toEqual(["leads"]);
      expect(await topicsSeenBy(kafka.saslTls, { ssl: { ca }, ...login(kafka.password) })).toEqual(["leads"]);
    });

    test("it refuses who does not", async () => {
      await expect(topicsSeenBy(kafka.sasl, login("wrong"))).rejects.toThrow("authentication failed");
      await expect(topicsSeenBy(kafka.saslTls, { ssl: { ca }, ...login("wrong") })).rejects.toThrow(
        "authentication failed",
      );
    });
  });

  test("it refuses who gives no password", async () => {
    await expect(topicsSeenBy(kafka.sasl, {})).rejects.toThrow();
  });

  test("over TLS, only who knows its authority trusts it", async () => {
    expect(await topicsSeenBy(kafka.tls, { ssl: { ca } })).toEqual(["leads"]);
    await expect(topicsSeenBy(kafka.tls, { ssl: true })).rejects.toThrow("unable to verify the first certificate");
    await expect(topicsSeenBy(kafka.tls, {})).rejects.toThrow();
  });

  test("over mutual TLS, it lets in only who has a certificate", async () => {
    expect(await topicsSeenBy(kafka.mutualTls, { ssl: { ca, cert, key } })).toEqual(["leads"]);
    await expect(topicsSeenBy(kafka.mutualTls, { ssl: { ca } })).rejects.toThrow();
  });
});

describe.skipIf(!hasKafka)(`starting a Kafka${unlessKafka}`, () => {
  test("says what Kafka said, when it does not start", async () => {
    await expect(startKafka({ config: { "log.retention.ms": "soon" } })).rejects.toThrow("log.retention.ms");
    // Comes through the formatting.
    await expect(startKafka({ config: { "metric.reporters": "NoSuchClass" } })).rejects.toThrow("NoSuchClass");
  });

  test("none is left when the process of the test is killed", async () => {
    const program = `
      const { startKafka } = await import(${JSON.stringify(new URL("kafka-broker.ts", import.meta.url).href)});
      console.log((await startKafka()).brokers);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [address] = (await once(child.stdout, "data")) as [Buffer];
    const port = Number(address.toString().split(":")[1]);
    expect(await accepts(port)).toBe(true);

    child.kill("SIGKILL");

    while (await accepts(port)) await setTimeout(50);
  });
});

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
