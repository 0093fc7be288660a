import { randomUUID } from "node:crypto";

import type { Admin, Kafka, KafkaConfig, KafkaMessage, Producer } from "kafkajs";

import { UsageError } from "../usage-error.js";
import { addCodecs } from "./compression/codecs.js";
import { keyPartitioner } from "./key-partitioner.js";
import { loadKafkaJs, type KafkaJs } from "./load-kafkajs.js";
import { markOf } from "./log-mark.js";
import { readHeadersInLinearTime } from "./message-headers.js";
import { progressOf } from "./partition-progress.js";

/** How many times a connection is tried at the start. */
const START_RETRIES = 5;
const RETRY = { initialRetryTime: 300, maxRetryTime: 5_000, retries: START_RETRIES };

/** A Kafka that can be reached. */
export class KafkaConnection {
  readonly kafka: Kafka;
  /** Asks for topics and offsets; connected. */
  readonly admin: Admin;
  readonly #kafkaJs: KafkaJs;
  readonly #unreadableListeners = new Set<(problem: string) => void>();
  #producer: Producer | undefined;

  constructor(kafkaJs: KafkaJs, kafka: Kafka, admin: Admin) {
    this.#kafkaJs = kafkaJs;
    this.kafka = kafka;
    this.admin = admin;
  }

  /**
   * Calls a listener for each fetch with messages that cannot be decompressed. Their partition waits there.
   *
   * @returns a function that ends it
   */
  onUnreadable(listener: (problem: string) => void): () => void {
    this.#unreadableListeners.add(listener);
    return () => this.#unreadableListeners.delete(listener);
  }

  /** Tells the listeners. */
  sawUnreadable(problem: string): void {
    for (const listener of this.#unreadableListeners) listener(problem);
  }

  /** @throws UsageError if one of them is not there: nothing is made by itself that others have to look after */
  async checkTopics(topics: readonly string[]): Promise<void> {
    const there = new Set(await this.admin.listTopics());
    const missing = topics.filter((topic) => !there.has(topic));
    if (missing.length === 0) return;
    const commands = missing.map((topic) => `kafka-topics.sh --create --topic ${topic} --partitions 12`).join(", ");
    throw new UsageError(`Kafka has no topic ${missing.join(", nor ")}. Make it, for instance with ${commands}.`);
  }

  /** Where each partition of a topic ends at the moment; 0 where it holds nothing, or nothing any more. */
  async ends(topic: string): Promise<ReadonlyMap<number, number>> {
    const offsets = await this.admin.fetchTopicOffsets(topic);
    return new Map(offsets.map(({ partition, low, high }) => [partition, low === high ? 0 : Number(high)]));
  }

  /**
   * Reads a topic from where a group has come to, or from its beginning if that was another log, up to the end that it has now.
   * Commits nothing.
   *
   * @param onMessage is called for one message at a time
   */
  async readFrom(
    topic: string,
    groupId: string,
    onMessage: (message: KafkaMessage, partition: number) => Promise<void>,
  ): Promise<void> {
    const [ofTopic] = await this.admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map(
      ofTopic?.partitions.map(({ partition, offset, metadata }) => [partition, progressOf(Number(offset), metadata)]),
    );
    const bounds = (await this.admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => {
      const { offset, mark } = committed.get(partition) ?? { offset: 0, mark: undefined };
      // What is committed beyond the end is of another log.
      const from = offset > Number(high) ? Number(low) : Math.max(Number(low), offset);
      const isThere = mark !== undefined && mark.offset >= Number(low) && mark.offset < from;
      return { partition, low: Number(low), high: Number(high), from, mark: isThere ? mark : undefined };
    });
    const ends = new Map(bounds.map(({ partition, high }) => [partition, high]));
    const left = new Map<number, number>();
    for (const { partition, high, from, mark } of bounds) {
      const first = mark?.offset ?? from;
      if (first < high) left.set(partition, first);
    }
    const ofOtherLogs = new Map<number, number>();
    await this.#read(topic, groupId, left, ends, async (message, partition) => {
      const { low, from, mark } = bounds.find((one) => one.partition === partition) ?? { low: 0, from: 0 };
      const isMark = Number(message.offset) === mark?.offset;
      if (isMark && markOf(message).fingerprint !== mark.fingerprint) ofOtherLogs.set(partition, low);
      if (Number(message.offset) >= from && !ofOtherLogs.has(partition)) await onMessage(message, partition);
    });
    await this.#read(topic, groupId, ofOtherLogs, ends, onMessage);
  }

  /** One message of a topic; `undefined` if there is none, or none any more. As a member of a group named after the given one. */
  async message(
    topic: string,
    groupId: string,
    { partition, offset }: { readonly partition: number; readonly offset: number },
  ): Promise<KafkaMessage | undefined> {
    const bounds = (await this.admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    if (bounds === undefined || offset < Number(bounds.low) || offset >= Number(bounds.high)) return undefined;
    let found: KafkaMessage | undefined;
    await this.#read(topic, groupId, new Map([[partition, offset]]), new Map([[partition, offset + 1]]), (message) => {
      found = message;
      return Promise.resolve();
    });
    return found;
  }

  /** @param left from where each partition is to be read; empty at the end */
  async #read(
    topic: string,
    groupId: string,
    left: Map<number, number>,
    ends: ReadonlyMap<number, number>,
    onMessage: (message: KafkaMessage, partition: number) => Promise<void>,
  ): Promise<void> {
    if (left.size === 0) return;
    // A group of its own, for kafkajs reads in no other way; what it is told of itself is forgotten at the end.
    const reader = `${groupId}-list-${randomUUID()}`;
    const consumer = this.kafka.consumer({ groupId: reader, maxWaitTimeInMs: 500 });
    let stopListening: () => void = () => undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        stopListening = this.onUnreadable((problem) => {
          reject(new UsageError(problem));
        });
        const passed = (partition: number, offset: number) => {
          if (offset < (ends.get(partition) ?? 0) - 1) return;
          left.delete(partition);
          if (left.size === 0) resolve();
        };
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
          // What stands last may be no message, but the end of a transaction or a gap: no handler sees that.
          if (batchSize === 0 && left.has(partition)) passed(partition, Number(lastOffset));
        });
        consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
          if (!restart) reject(error);
        });
        const eachMessage = async ({ partition, message }: { partition: number; message: KafkaMessage }) => {
          const from = left.get(partition);
          if (from === undefined || Number(message.offset) < from) return;
          if (Number(message.offset) < (ends.get(partition) ?? 0)) await onMessage(message, partition);
          passed(partition, Number(message.offset));
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
        for (const [partition, offset] of left) consumer.seek({ topic, partition, offset: String(offset) });
      });
    } finally {
      stopListening();
      await consumer.disconnect();
      await this.admin.deleteGroups([reader]).catch(() => undefined);
    }
  }

  /** A producer that waits for all replicas that are in sync. */
  async producer(): Promise<Producer> {
    if (this.#producer === undefined) {
      const { DefaultPartitioner } = this.#kafkaJs.Partitioners;
      this.#producer = this.kafka.producer({
        createPartitioner: keyPartitioner(DefaultPartitioner),
        allowAutoTopicCreation: false,
      });
      await this.#producer.connect();
    }
    return this.#producer;
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect().catch(() => undefined);
    await this.admin.disconnect().catch(() => undefined);
  }
}

/**
 * Connects to Kafka.
 *
 * @param onError is told, in words, of what goes wrong later. Holds no event
 * @throws UsageError if it cannot be reached, or does not let us in
 */
export async function connectKafka(
  settings: Pick<KafkaConfig, "ssl" | "sasl"> & { readonly brokers: string[] },
  onError: (message: string) => void,
): Promise<KafkaConnection> {
  const kafkaJs = await loadKafkaJs();
  let connected = false;
  let last = "";
  const kafka = new kafkaJs.Kafka({
    ...settings,
    clientId: "signal-apollo",
    retry: RETRY,
    logLevel: kafkaJs.logLevel.ERROR,
    logCreator: () => (entry) => {
      const { message, error } = entry.log as { readonly message: string; readonly error?: unknown };
      const text = typeof error === "string" ? `${message}: ${error}` : message;
      // At the start it is said once, at the end; later, what is repeated is not worth a second word.
      if (connected && text !== last) onError(`Kafka: ${text}`);
      last = text;
    },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw new UsageError(
      `Kafka cannot be reached at ${settings.brokers.join(", ")}: ${(error as Error).message}. Look at --brokers, --tls and --sasl.`,
    );
  }
  connected = true;
  const connection = new KafkaConnection(kafkaJs, kafka, admin);
  readHeadersInLinearTime();
  addCodecs(kafkaJs, (problem) => {
    connection.sawUnreadable(problem);
  });
  return connection;
}
