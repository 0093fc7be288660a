import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";

import {
  MembershipError,
  type GroupMember,
  type MemberListener,
  type MemberOptions,
  type PartitionBatch,
} from "../kafka-client.js";
import { messageOf } from "./message.js";

/** So many heartbeats fit into a session: some may be lost. */
const HEARTBEATS_A_SESSION = 10;
/** How long the group waits for a member that finishes what is in flight. */
const REBALANCE_TIMEOUT_MS = 60_000;
const RETRY = { initialRetryTime: 300, maxRetryTime: 5_000 };

/** A member of a consumer group, by way of kafkajs: it joins when all handlers of the batches of a fetch are through. */
export class KafkaJsMember implements GroupMember {
  readonly #consumer: Consumer;
  readonly #options: MemberOptions;
  readonly #onUnreadable: Set<(problem: string) => void>;
  #leaves: () => void = () => undefined;
  /** A consumer that was restarting when it was disconnected may come back. */
  #hasLeft = false;
  #generation = 0;

  /** @param onUnreadable holds, while this is a member, what it does about messages that cannot be decompressed */
  constructor(kafka: Kafka, options: MemberOptions, onUnreadable: Set<(problem: string) => void>) {
    const { groupId, sessionTimeoutMs, fetchWaitMs, retries } = options;
    this.#options = options;
    this.#onUnreadable = onUnreadable;
    this.#consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.ceil(sessionTimeoutMs / HEARTBEATS_A_SESSION),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { ...RETRY, retries },
    });
  }

  async join(listener: MemberListener, from: ReadonlyMap<number, number> = new Map()): Promise<void> {
    const { topic, concurrency } = this.#options;
    const { GROUP_JOIN, HEARTBEAT, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      this.#generation += 1;
      listener.joined(memberAssignment[topic] ?? []);
    });
    this.#consumer.on(HEARTBEAT, () => {
      listener.alive();
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
      // No handler sees a batch without messages.
      if (batchSize === 0) listener.passed(partition, Number(lastOffset) + 1);
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) listener.crashed(error);
    });
    const onUnreadable = (problem: string) => {
      listener.unreadable(problem);
    };
    this.#onUnreadable.add(onUnreadable);
    this.#leaves = () => this.#onUnreadable.delete(onUnreadable);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [topic], fromBeginning: true });
    const running = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrency,
      eachBatch: (payload) => this.#handle(payload, listener),
    });
    for (const [partition, offset] of from) this.seek(partition, offset);
    await running;
  }

  seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(offset) });
  }

  pause(partition: number): void {
    this.#consumer.pause([{ topic: this.#options.topic, partitions: [partition] }]);
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.#leaves();
    await this.#consumer.disconnect();
  }

  async #handle(payload: EachBatchPayload, listener: MemberListener): Promise<void> {
    if (this.#hasLeft) return;
    const generation = this.#generation;
    try {
      await listener.batch(batchOf(payload, () => generation === this.#generation));
    } catch (error) {
      if (!(error instanceof MembershipError)) throw error;
      // kafkajs joins again because of its own error. Without one it has done so already.
      if (error.cause instanceof Error) throw error.cause;
    }
  }
}

/** @param isCurrent whether the member is still of the generation that the batch was given to: kafkajs itself commits as the latest */
function batchOf(payload: EachBatchPayload, isCurrent: () => boolean): PartitionBatch {
  const { batch } = payload;
  const { topic, partition } = batch;
  return {
    partition,
    messages: batch.messages.map(messageOf),
    lastOffset: Number(batch.lastOffset()),
    highWatermark: Number(batch.highWatermark),
    heartbeat: () => asMember(() => payload.heartbeat()),
    commit: (offset, metadata) =>
      asMember(async () => {
        if (!isCurrent()) throw new MembershipError("The group has become another generation");
        const offsets = [{ partition, offset: String(offset), metadata }];
        // Unlike the consumer's own commit, this one is not retried.
        await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: offsets }] });
      }),
    continueFrom: (offset) => {
      payload.resolveOffset(String(offset - 1));
    },
  };
}

const MEMBERSHIP_ERRORS = new Set<unknown>([
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "FENCED_INSTANCE_ID",
]);

async function asMember(request: () => Promise<void>): Promise<void> {
  try {
    await request();
  } catch (error) {
    const isOfMembership = error instanceof Error && "type" in error && MEMBERSHIP_ERRORS.has(error.type);
    throw isOfMembership ? new MembershipError(error.message, { cause: error }) : error;
  }
}
