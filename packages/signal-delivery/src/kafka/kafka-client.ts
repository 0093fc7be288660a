import type { HeaderValue, MessageHeaders } from "../stream/event-source.js";

/** A Kafka that can be reached. All that the worker needs of it: what implements this can take the place of kafkajs. */
export interface KafkaClient {
  /** Returns the names of all topics. */
  topics(): Promise<readonly string[]>;
  /** Returns the bounds of each partition of a topic. */
  bounds(topic: string): Promise<readonly LogBounds[]>;
  /** Returns what a group has committed for the partitions of a topic. */
  committed(groupId: string, topic: string): Promise<readonly CommittedOffset[]>;
  /** Deletes a group that has no members. */
  deleteGroup(groupId: string): Promise<void>;
  /** Returns a member of a consumer group, which has not joined it yet. */
  member(options: MemberOptions): GroupMember;
  /** Returns a producer that is connected, and retries. */
  producer(): Promise<MessageProducer>;
  /** Closes all connections but those of members. */
  close(): Promise<void>;
}

/** Where the log of a partition begins and ends: its first offset, and the one after its last. */
export interface LogBounds {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** What a group has committed for a partition. */
export interface CommittedOffset {
  readonly partition: number;
  /** The next offset to be read; `undefined` if there is none. */
  readonly offset: number | undefined;
  readonly metadata: string;
  /** Whether the client found the offset out of range, and has overwritten it. */
  readonly wasReset: boolean;
}

/** How a member takes part in its group. */
export interface MemberOptions {
  readonly topic: string;
  readonly groupId: string;
  /** After how long without a heartbeat the group gives its partitions to others, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** How long a fetch waits for messages, in milliseconds. */
  readonly fetchWaitMs: number;
  /** How many batches are handled at a time, each of another partition. */
  readonly concurrency: number;
  /** How many times a request is retried. */
  readonly retries: number;
}

/** A member of a consumer group. It commits nothing unless told to, and begins with the first message if nothing is committed. */
export interface GroupMember {
  /**
   * Joins the group, and joins it again whenever the group asks for it, but not while batches of the last fetch are handled.
   *
   * @param from where partitions are to be read from instead of what is committed
   */
  join(listener: MemberListener, from?: ReadonlyMap<number, number>): Promise<void>;
  /** Fetches a partition from an offset next. */
  seek(partition: number, offset: number): void;
  /** Fetches no more of a partition. */
  pause(partition: number): void;
  /** Leaves the group when all batches are handled. No batch comes after that. */
  leave(): Promise<void>;
}

/** What a member of a group calls. */
export interface MemberListener {
  /** The group has given these partitions to the member, and taken all others: a new generation. */
  joined(partitions: readonly number[]): void;
  /** The group has answered a heartbeat. */
  alive(): void;
  /** A partition was read up to an offset without any message: the end of a transaction, or what compaction has left. */
  passed(partition: number, nextOffset: number): void;
  /** A batch cannot be decompressed. Its partition waits there, and this is called again and again. */
  unreadable(problem: string): void;
  /** The member has ended because of an error. */
  crashed(error: Error): void;
  /**
   * Handles a batch. The next one of the partition comes when this has resolved. If it rejects with a {@link MembershipError}, the
   * member joins again.
   */
  batch(batch: PartitionBatch): Promise<void>;
}

/** Messages of a partition that follow each other. */
export interface PartitionBatch {
  readonly partition: number;
  /** At least one. */
  readonly messages: readonly KafkaMessage[];
  /** The end of the batch. It may be after the last message: the end of a transaction is not a message. */
  readonly lastOffset: number;
  /** The offset after the last of the partition at the moment. */
  readonly highWatermark: number;
  /**
   * Sends a heartbeat if one is due.
   *
   * @throws MembershipError if the group no longer counts on the member
   */
  heartbeat(): Promise<void>;
  /**
   * Commits, without a retry, and only as the generation that the batch was given to.
   *
   * @throws MembershipError if the group is another generation by now
   */
  commit(offset: number, metadata: string): Promise<void>;
  /** Fetches the partition from an offset next. Without it, the batch is fetched again. */
  continueFrom(offset: number): void;
}

/** A message of a partition. */
export interface KafkaMessage {
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: MessageHeaders;
  /**
   * Which leader of the partition has appended the message. Two logs of one topic that have the same offset from the same leader are
   * the same up to there: that is what Kafka's own replicas go by.
   */
  readonly leaderEpoch: number | undefined;
}

/** Adds messages to topics. */
export interface MessageProducer {
  /**
   * Resolves when all replicas that are in sync have the message.
   *
   * @throws UnwritableMessageError if the message is at fault
   */
  send(topic: string, message: NewMessage): Promise<void>;
}

/** A message to be written. */
export interface NewMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** A header cannot be null. */
  readonly headers: Readonly<Record<string, NewHeader | NewHeader[]>>;
}

/** The value of a header to be written. */
export type NewHeader = Exclude<HeaderValue, null>;

/** The group no longer counts on the member: what it was given may be another member's by now. */
export class MembershipError extends Error {
  override readonly name = "MembershipError";
}

/** A message cannot be encoded, or the broker refuses it because of its size: a retry would not help. */
export class UnwritableMessageError extends Error {
  override readonly name = "UnwritableMessageError";
}
