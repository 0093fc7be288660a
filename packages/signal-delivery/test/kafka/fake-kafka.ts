import type {
  CommittedOffset,
  GroupMember,
  KafkaClient,
  KafkaMessage,
  LogBounds,
  MemberListener,
  MessageProducer,
  NewMessage,
  PartitionBatch,
} from "../../src/kafka/kafka-client.js";

/** A message of a log; its value names the log and the offset. */
export function messageIn(log: string, offset: number): KafkaMessage {
  return {
    offset,
    timestamp: 0,
    key: null,
    value: Buffer.from(JSON.stringify({ log, offset })),
    headers: {},
    leaderEpoch: 1,
  };
}

/** Messages of a log, from an offset to another, both included. */
export function messagesIn(log: string, from: number, to: number): KafkaMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => messageIn(log, from + index));
}

/** A commit that the broker has taken. */
export interface Commit {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

/** A batch that a member was given. */
export interface GivenBatch {
  /** Settles as the handler of the batch does. */
  readonly handled: Promise<void>;
  /** From where the next batch is fetched, as far as the handler has said so. */
  readonly next: () => number | undefined;
}

/** A Kafka with one topic and one member; the test decides what the group and the broker do. */
export class FakeKafka implements KafkaClient, GroupMember {
  readonly commits: Commit[] = [];
  readonly seeks: (readonly [partition: number, offset: number])[] = [];
  readonly paused: number[] = [];
  readonly sent: (readonly [topic: string, message: NewMessage])[] = [];
  readonly committedBefore: CommittedOffset[] = [];
  lowAndHigh: LogBounds[] = [{ partition: 0, low: 0, high: 1_000 }];
  /** What the broker answers to a commit, and when. */
  answerCommit: () => Promise<void> = () => Promise.resolve();
  /** What heartbeats are refused with. */
  heartbeatError: Error | undefined;
  heartbeats = 0;
  hasLeft = false;
  listener: MemberListener | undefined;
  /** Called when a member joins, with where it wants to begin. */
  onJoin: (from: ReadonlyMap<number, number>) => Promise<void> = () => Promise.resolve();

  topics = () => Promise.resolve(["delivery-apollo"]);
  bounds: KafkaClient["bounds"] = () => Promise.resolve(this.lowAndHigh);
  committed = () => Promise.resolve(this.committedBefore);
  deleteGroup = () => Promise.resolve();
  close = () => Promise.resolve();
  member = () => this;

  producer(): Promise<MessageProducer> {
    return Promise.resolve({
      send: (topic, message) => {
        this.sent.push([topic, message]);
        return Promise.resolve();
      },
    });
  }

  join(listener: MemberListener, from: ReadonlyMap<number, number> = new Map()): Promise<void> {
    this.listener = listener;
    return this.onJoin(from);
  }

  seek(partition: number, offset: number): void {
    this.seeks.push([partition, offset]);
  }

  pause(partition: number): void {
    this.paused.push(partition);
  }

  leave(): Promise<void> {
    this.hasLeft = true;
    return Promise.resolve();
  }

  /** The member fetches messages of a partition. */
  give(messages: readonly KafkaMessage[], highWatermark = 1_000, partition = 0): GivenBatch {
    let next: number | undefined;
    const batch: PartitionBatch = {
      partition,
      messages,
      lastOffset: messages.at(-1)?.offset ?? 0,
      highWatermark,
      heartbeat: () => {
        this.heartbeats += 1;
        return this.heartbeatError === undefined ? Promise.resolve() : Promise.reject(this.heartbeatError);
      },
      commit: async (offset, metadata) => {
        await this.answerCommit();
        this.commits.push({ partition, offset, metadata });
      },
      continueFrom: (offset) => {
        next = offset;
      },
    };
    const handled = this.listener?.batch(batch) ?? Promise.reject(new Error("Nobody has joined"));
    // It may reject before the test looks.
    handled.catch(() => undefined);
    return { handled, next: () => next };
  }
}
