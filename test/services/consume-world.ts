import type { ChildProcess } from "node:child_process";
import { setTimeout } from "node:timers/promises";

import type { Sandbox } from "@datafly/apollo-sandbox";
import { CompressionTypes, Kafka, logLevel, type Admin, type IHeaders } from "kafkajs";
import { onTestFinished } from "vitest";

import { startProgram, type ProcessEnd } from "../../packages/signal-delivery/test/support/program.js";
import type { KafkaForTest } from "./kafka-broker.js";

/** A topic with its dead letters, and the group that reads it. */
export interface World {
  readonly topic: string;
  readonly group: string;
  readonly admin: Admin;
  /** Deletes the topic and creates it again: the log begins again, with the first offset. */
  recreate(): Promise<void>;
  /** Adds messages; those of one key go into one partition, in order. */
  produce(messages: readonly Message[], how?: { readonly gzip?: boolean }): Promise<void>;
  /** The same in one transaction, whose end then stands behind them in the partition. */
  produceInTransaction(messages: readonly Message[]): Promise<void>;
  /** Starts `signal-apollo consume` as a process of its own. */
  worker(sandbox: Pick<Sandbox, "url" | "apiKey">, flags?: readonly string[], env?: Record<string, string>): Worker;
  /** How many messages the group has not settled. */
  lag(): Promise<number>;
  /** Resolves when the group has settled all there is; rejects if no worker is left to do it. */
  settled(...workers: readonly Worker[]): Promise<void>;
  deadLetters(): Promise<DeadMessage[]>;
}

/** A message to be produced. */
export interface Message {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: IHeaders;
  /** Instead of the one that the key says. */
  readonly partition?: number;
}

/** A message of the topic of dead letters. */
export interface DeadMessage {
  readonly key: string | undefined;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A worker as a process. */
export interface Worker {
  readonly process: ChildProcess;
  readonly ended: Promise<ProcessEnd>;
  /** What it has printed so far. */
  output(): string;
}

let worlds = 0;

/** Makes the topics, with a name of their own. */
export async function worldOn(
  kafka: KafkaForTest,
  partitions = 1,
  deadConfig: Record<string, string> = {},
  config: Record<string, string> = {},
): Promise<World> {
  worlds += 1;
  const topic = `delivery-apollo-${process.pid}-${worlds}`;
  const dead = `${topic}-dlq`;
  const group = `group-${process.pid}-${worlds}`;
  await kafka.createTopic(topic, partitions, config);
  await kafka.createTopic(dead, 1, deadConfig);
  const client = new Kafka({
    brokers: [kafka.brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });
  const admin = client.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());

  const lag = async () => {
    const high = await admin.fetchTopicOffsets(topic);
    const [ofTopic] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const committed = new Map(
      ofTopic?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]),
    );
    return high.reduce((sum, { partition, offset }) => sum + Number(offset) - (committed.get(partition) ?? 0), 0);
  };
  return {
    topic,
    group,
    admin,
    lag,
    recreate: async () => {
      await admin.deleteTopics({ topics: [topic] });
      // The name is free when the broker has seen the end of the topic.
      while ((await admin.listTopics()).includes(topic)) await setTimeout(20);
      await kafka.createTopic(topic, partitions, config);
    },
    produce: async (messages, { gzip = false } = {}) => {
      const producer = client.producer();
      await producer.connect();
      const compression = gzip ? CompressionTypes.GZIP : CompressionTypes.None;
      await producer.send({ topic, messages: [...messages], compression });
      await producer.disconnect();
    },
    produceInTransaction: async (messages) => {
      const producer = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [...messages] });
      await transaction.commit();
      await producer.disconnect();
    },
    worker: (sandbox, flags = [], env = {}) => {
      const argv = [
        "consume",
        "--brokers",
        kafka.brokers,
        "--topic",
        topic,
        "--group",
        group,
        "--session-timeout",
        "6",
      ];
      const started = startProgram([...argv, ...flags], {
        env: { APOLLO_API_KEY: sandbox.apiKey, APOLLO_BASE_URL: sandbox.url, ...env },
      });
      let output = "";
      for (const stream of [started.process.stdout, started.process.stderr]) {
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      }
      return { ...started, output: () => output };
    },
    settled: async (...workers) => {
      for (;;) {
        if ((await lag().catch(() => 1)) === 0) return;
        if (workers.every(hasEnded)) throw new Error(workers.map((worker) => worker.output()).join("\n"));
        await setTimeout(200);
      }
    },
    deadLetters: () => messagesOf(client, dead, admin),
  };
}

function hasEnded({ process }: Worker): boolean {
  return process.exitCode !== null || process.signalCode !== null;
}

async function messagesOf(client: Kafka, topic: string, admin: Admin): Promise<DeadMessage[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const messages: DeadMessage[] = [];
  if (total === 0) return messages;
  const consumer = client.consumer({ groupId: `reader-${Math.random()}`, maxBytesPerPartition: 50_000_000 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message: { key, value, headers = {} } }) => {
          messages.push({ key: key?.toString(), value, headers: textsOf(headers) });
          if (messages.length === total) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return messages;
}

function textsOf(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
