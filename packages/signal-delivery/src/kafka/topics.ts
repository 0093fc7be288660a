import { randomUUID } from "node:crypto";

import { UsageError } from "../usage-error.js";
import type { KafkaClient, KafkaMessage, MemberListener } from "./kafka-client.js";
import { markOf } from "./log-mark.js";
import { progressOf } from "./partition-progress.js";

/** How a reader takes part in its own group. */
const READER = { sessionTimeoutMs: 30_000, fetchWaitMs: 500, concurrency: 1, retries: 5 };

type OnMessage = (message: KafkaMessage, partition: number) => Promise<void>;

/** Where a topic is read from, and how far. */
interface Range {
  readonly topic: string;
  /** The group that has asked for it. */
  readonly groupId: string;
  /** From where each partition is to be read. */
  readonly from: ReadonlyMap<number, number>;
  /** The offset after the last one of each partition. */
  readonly ends: ReadonlyMap<number, number>;
}

/** The topics of a Kafka, read from outside: nothing is committed. */
export class Topics {
  readonly #client: KafkaClient;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  /** @throws UsageError if one of them is not there: nothing is made by itself that others have to look after */
  async check(names: readonly string[]): Promise<void> {
    const there = new Set(await this.#client.topics());
    const missing = names.filter((topic) => !there.has(topic));
    if (missing.length === 0) return;
    const commands = missing.map((topic) => `kafka-topics.sh --create --topic ${topic} --partitions 12`).join(", ");
    throw new UsageError(`Kafka has no topic ${missing.join(", nor ")}. Make it, for instance with ${commands}.`);
  }

  /** Where each partition of a topic ends at the moment; 0 where it holds nothing, or nothing any more. */
  async ends(topic: string): Promise<ReadonlyMap<number, number>> {
    const bounds = await this.#client.bounds(topic);
    return new Map(bounds.map(({ partition, low, high }) => [partition, low === high ? 0 : high]));
  }

  /**
   * Reads a topic from where a group has come to, or from its beginning if that was another log, up to the end that it has now.
   *
   * @param onMessage is called for one message at a time
   */
  async readFrom(topic: string, groupId: string, onMessage: OnMessage): Promise<void> {
    const committed = new Map(
      (await this.#client.committed(groupId, topic)).map(({ partition, offset = 0, metadata }) => [
        partition,
        progressOf(offset, metadata),
      ]),
    );
    const bounds = (await this.#client.bounds(topic)).map(({ partition, low, high }) => {
      const { offset, mark } = committed.get(partition) ?? { offset: 0, mark: undefined };
      // What is committed beyond the end is of another log.
      const from = offset > high ? low : Math.max(low, offset);
      const isThere = mark !== undefined && mark.offset >= low && mark.offset < from;
      return { partition, low, high, from, mark: isThere ? mark : undefined };
    });
    const ends = new Map(bounds.map(({ partition, high }) => [partition, high]));
    const from = new Map<number, number>();
    for (const { partition, high, from: next, mark } of bounds) {
      const first = mark?.offset ?? next;
      if (first < high) from.set(partition, first);
    }
    const ofOtherLogs = new Map<number, number>();
    await this.#read({ topic, groupId, from, ends }, async (message, partition) => {
      const { low, from, mark } = bounds.find((one) => one.partition === partition) ?? { low: 0, from: 0 };
      const isMark = message.offset === mark?.offset;
      if (isMark && markOf(message).fingerprint !== mark.fingerprint) ofOtherLogs.set(partition, low);
      if (message.offset >= from && !ofOtherLogs.has(partition)) await onMessage(message, partition);
    });
    await this.#read({ topic, groupId, from: ofOtherLogs, ends }, onMessage);
  }

  /** One message of a topic; `undefined` if there is none, or none any more. As a member of a group named after the given one. */
  async message(
    topic: string,
    groupId: string,
    { partition, offset }: { readonly partition: number; readonly offset: number },
  ): Promise<KafkaMessage | undefined> {
    const bounds = (await this.#client.bounds(topic)).find((one) => one.partition === partition);
    if (bounds === undefined || offset < bounds.low || offset >= bounds.high) return undefined;
    let found: KafkaMessage | undefined;
    const range = { from: new Map([[partition, offset]]), ends: new Map([[partition, offset + 1]]) };
    await this.#read({ topic, groupId, ...range }, (message) => {
      found = message;
      return Promise.resolve();
    });
    return found;
  }

  async #read({ topic, groupId, from, ends }: Range, onMessage: OnMessage): Promise<void> {
    if (from.size === 0) return;
    const left = new Map(from);
    // A group of its own: the client reads in no other way. What the broker is told of it is forgotten at the end.
    const reader = `${groupId}-list-${randomUUID()}`;
    const member = this.#client.member({ topic, groupId: reader, ...READER });
    try {
      await new Promise<void>((resolve, reject) => {
        const passed = (partition: number, nextOffset: number) => {
          if (!left.has(partition)) return;
          if (nextOffset < (ends.get(partition) ?? 0)) left.set(partition, nextOffset);
          else left.delete(partition);
          if (left.size === 0) resolve();
        };
        const listener: MemberListener = {
          joined: () => undefined,
          alive: () => undefined,
          // What stands last may be no message, but the end of a transaction or a gap.
          passed,
          unreadable: (problem) => {
            reject(new UsageError(problem));
          },
          crashed: reject,
          batch: async (batch) => {
            const { partition } = batch;
            for (const message of batch.messages) {
              const next = left.get(partition);
              if (next !== undefined && message.offset >= next) {
                if (message.offset < (ends.get(partition) ?? 0)) await onMessage(message, partition);
                passed(partition, message.offset + 1);
              }
              await batch.heartbeat();
            }
            passed(partition, batch.lastOffset + 1);
            batch.continueFrom(batch.lastOffset + 1);
          },
        };
        member.join(listener, from).catch(reject);
      });
    } finally {
      await member.leave();
      await this.#client.deleteGroup(reader).catch(() => undefined);
    }
  }
}
