import type { Admin, Kafka, Producer } from "kafkajs";

import {
  UnwritableMessageError,
  type CommittedOffset,
  type GroupMember,
  type KafkaClient,
  type LogBounds,
  type MemberOptions,
  type MessageProducer,
  type NewMessage,
} from "../kafka-client.js";
import { keyPartitioner } from "./key-partitioner.js";
import { KafkaJsMember } from "./kafkajs-member.js";
import type { KafkaJs } from "./load-kafkajs.js";

/** What kafkajs commits for a partition whose offset was out of range: the earliest. */
const EARLIEST = "-2";
const ALL_IN_SYNC = -1;

/** Kafka, by way of kafkajs. */
export class KafkaJsClient implements KafkaClient {
  readonly #kafkaJs: KafkaJs;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  /** What members do about messages that cannot be decompressed: kafkajs does not know whose they are. */
  readonly #onUnreadable = new Set<(problem: string) => void>();
  #producer: Producer | undefined;

  /** @param admin is connected */
  constructor(kafkaJs: KafkaJs, kafka: Kafka, admin: Admin) {
    this.#kafkaJs = kafkaJs;
    this.#kafka = kafka;
    this.#admin = admin;
  }

  /** Calls the members for a fetch with messages that cannot be decompressed. */
  sawUnreadable(problem: string): void {
    for (const listener of this.#onUnreadable) listener(problem);
  }

  topics(): Promise<readonly string[]> {
    return this.#admin.listTopics();
  }

  async bounds(topic: string): Promise<readonly LogBounds[]> {
    const bounds = await this.#admin.fetchTopicOffsets(topic);
    return bounds.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
  }

  async committed(groupId: string, topic: string): Promise<readonly CommittedOffset[]> {
    const [ofTopic] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    return (ofTopic?.partitions ?? []).map(({ partition, offset, metadata }) => ({
      partition,
      offset: Number(offset) < 0 ? undefined : Number(offset),
      metadata: metadata ?? "",
      wasReset: offset === EARLIEST,
    }));
  }

  async deleteGroup(groupId: string): Promise<void> {
    await this.#admin.deleteGroups([groupId]);
  }

  member(options: MemberOptions): GroupMember {
    return new KafkaJsMember(this.#kafka, options, this.#onUnreadable);
  }

  async producer(): Promise<MessageProducer> {
    if (this.#producer === undefined) {
      const { DefaultPartitioner } = this.#kafkaJs.Partitioners;
      this.#producer = this.#kafka.producer({
        createPartitioner: keyPartitioner(DefaultPartitioner),
        allowAutoTopicCreation: false,
      });
      await this.#producer.connect();
    }
    const producer = this.#producer;
    return { send: (topic, message) => send(producer, topic, message) };
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect().catch(() => undefined);
    await this.#admin.disconnect().catch(() => undefined);
  }
}

async function send(producer: Producer, topic: string, message: NewMessage): Promise<void> {
  try {
    await producer.send({ topic, acks: ALL_IN_SYNC, messages: [message] });
  } catch (error) {
    throw isOfTheMessage(error) ? new UnwritableMessageError((error as Error).message, { cause: error }) : error;
  }
}

/** Whether the broker, or kafkajs itself, does not take a message for what it is. */
function isOfTheMessage(error: unknown): boolean {
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: unknown };
  const cannotBeEncoded = [error, cause].some((one) => one instanceof TypeError || one instanceof RangeError);
  return type === "MESSAGE_TOO_LARGE" || type === "RECORD_LIST_TOO_LARGE" || cannotBeEncoded;
}
