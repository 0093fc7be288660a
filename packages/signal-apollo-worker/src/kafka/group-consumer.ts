import { setMaxListeners } from "node:events";

import type { Admin, Batch, Consumer, EachBatchPayload, Kafka, KafkaMessage } from "kafkajs";

import type { Io } from "../io.js";
import type { KafkaMetricsSource } from "../observe/metrics.js";
import type { EventSource, SourceRecord } from "../stream/event-source.js";
import type { StreamEnd } from "../stream/deliver-stream.js";
import { Assignment, type KeptProgress } from "./assignment.js";
import { eventOfLetter, isLetter, isMaybeDelivered } from "./dead-letter-message.js";
import { markOf, type LogMark } from "./log-mark.js";
import { recordOfMessage } from "./message-record.js";
import { PartitionJournal } from "./partition-journal.js";
import { metadataOf, type PartitionProgress } from "./partition-progress.js";

/** What a member of a consumer group is made with. */
export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly topic: string;
  readonly groupId: string;
  /** Whether what may have been delivered may be sent again. */
  readonly deduplicate: boolean;
  readonly io: Pick<Io, "sleep">;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  /** Aborted to take up nothing more and to leave the group. */
  readonly stop: AbortSignal;
  /** Aborted to leave even what is in the air. */
  readonly abort: AbortSignal;
  /** After how long without a heartbeat the group gives the partitions to others, in milliseconds. */
  readonly sessionTimeoutMs: number;
  /** Is told, in words, of what somebody should know. */
  readonly say: (message: string) => void;
  /** How long what is in the air may take when the partition is taken away, in milliseconds. */
  readonly drainTimeoutMs: number;
  /**
   * Reads a topic of dead letters, no further than these offsets of each partition, and ends there. Without it, it never ends by
   * itself.
   */
  readonly until?: ReadonlyMap<number, number> | undefined;
}

/** Delivers a batch. */
type Deliver = (source: EventSource) => Promise<StreamEnd>;

/** So many heartbeats fit into a session: some may be lost. */
const HEARTBEATS_A_SESSION = 10;
/** How long the group waits for a member that finishes what is in the air. */
const REBALANCE_TIMEOUT_MS = 60_000;
/**
 * Without a heartbeat for this part of a session, the partitions count as somebody else's: a little before the broker thinks so,
 * too.
 */
const LEASE = 0.8;
/** How often a batch under way looks whether it is still ours, and commits. */
const TICK_MS = 1_000;
/** How long to wait before what a problem has left is taken up again. */
const PROBLEM_RETRY_MS = 1_000;
/** How long a fetch waits for events. */
const FETCH_WAIT_MS = 1_000;
/**
 * How long events of a batch are taken up. The next fetch waits for all batches of the last one: without turns, the backlog of
 * one partition would keep the others waiting. What is left of the batch is fetched again.
 */
const TURN_MS = 10_000;
/** How often it is asked how much there is. */
const LAG_INTERVAL_MS = 10_000;
/** How long messages that could not be read are a problem; they are fetched again and again. */
const UNREADABLE_FOR_MS = 15_000;
/** More than any worker has. */
const ALL_PARTITIONS = 1_000;
/** It goes on for good: what ends a worker is a signal. */
const RETRY = { initialRetryTime: 300, maxRetryTime: 5_000, retries: 1_000_000 };

/**
 * A member of a consumer group, which delivers what the group gives it.
 *
 * A batch of a partition stays in its handler until it is settled, while heartbeats go on. That is how a partition changes
 * hands safely with a client that tells nobody before it joins anew: kafkajs joins when all handlers are through, and a handler
 * that learns of the rebalance takes up nothing more, waits for what is in the air, commits, and returns. A worker that cannot
 * reach its group for almost the session's timeout does the same by itself.
 *
 * There is one other way: a fetch from one broker may join, when the topic changes, while batches of another broker are under
 * way. Then only the fence is left: such a batch sends and commits nothing more, but what is in the air is not waited for.
 */
export class GroupConsumer implements KafkaMetricsSource {
  readonly #options: GroupConsumerOptions;
  readonly #consumer: Consumer;
  readonly #stops = new Set<AbortController>();
  /** Where a replay has come to the first letter of each event. */
  readonly #letters = new Map<string, string>();
  #assignment: Assignment | undefined;
  #unreadable: { readonly problem: string; readonly at: number } | undefined;
  #aliveAt = 0;
  #joins = 0;
  /** A consumer of kafkajs that was restarting when it was disconnected may come back. */
  #isOver = false;
  #ended: (problem?: Error) => void = () => undefined;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#consumer = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: Math.ceil(options.sessionTimeoutMs / HEARTBEATS_A_SESSION),
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
  }

  lags(): ReadonlyMap<number, number> {
    return this.#assignment?.lags() ?? new Map();
  }

  joins(): number {
    return this.#joins;
  }

  problem(): string | undefined {
    if (this.#assignment === undefined) return "The worker is no member of its consumer group yet.";
    if (this.#isAlive()) return this.#unreadableProblem();
    return "The consumer group has not answered for long: Kafka cannot be reached, or has given the partitions to others.";
  }

  /** Messages have come that cannot be decompressed. */
  sawUnreadable(problem: string): void {
    if (problem !== this.#unreadable?.problem) this.#options.say(problem);
    this.#unreadable = { problem, at: this.#options.monotonicMs() };
    // A replay would not come to its end.
    if (this.#options.until !== undefined) this.#ended(new Error(problem));
  }

  #unreadableProblem(): string | undefined {
    if (this.#unreadable === undefined) return undefined;
    const { problem, at } = this.#unreadable;
    if (this.#options.monotonicMs() - at > UNREADABLE_FOR_MS) return undefined;
    const waiting = this.#assignment?.partitionsAtRest() ?? [];
    return `${problem} What waits there: ${waiting.length === 1 ? "partition" : "partitions"} ${waiting.join(", ")}.`;
  }

  /**
   * Takes part in the group until it is stopped, or everything is read that was to be.
   *
   * @param deliver is called for batches of several partitions at a time
   * @throws what ended it, if it was neither
   */
  async run(deliver: Deliver): Promise<void> {
    const { topic, stop } = this.#options;
    const { GROUP_JOIN, HEARTBEAT, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    const ended = new Promise<void>((resolve, reject) => {
      this.#ended = (problem) => {
        if (problem === undefined) resolve();
        else reject(problem);
      };
    });
    // It may fail before anybody waits for it.
    ended.catch(() => undefined);
    const onStop = () => {
      for (const batch of this.#stops) batch.abort();
      this.#ended();
    };
    stop.addEventListener("abort", onStop, { once: true });
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => {
      this.#joined(memberAssignment[topic] ?? []);
    });
    this.#consumer.on(HEARTBEAT, () => {
      this.#aliveAt = this.#options.monotonicMs();
    });
    this.#consumer.on(END_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
      // The end of a transaction is a batch without messages, which no handler sees.
      if (batchSize === 0) this.#assignment?.passTo(partition, Number(lastOffset) + 1);
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart) this.#ended(error);
    });
    const watching = new AbortController();
    try {
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics: [topic], fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: ALL_PARTITIONS,
        eachBatch: (payload) => this.#deliverBatch(payload, deliver),
      });
      void this.#watchLag(watching.signal);
      if (stop.aborted) onStop();
      await ended;
    } finally {
      watching.abort();
      this.#isOver = true;
      stop.removeEventListener("abort", onStop);
      await this.#consumer.disconnect();
    }
  }

  #joined(partitions: readonly number[]): void {
    const { admin, groupId, topic } = this.#options;
    this.#joins += 1;
    this.#aliveAt = this.#options.monotonicMs();
    this.#assignment = new Assignment(partitions, async () => {
      const [[ofTopic], bounds] = await Promise.all([
        admin.fetchOffsets({ groupId, topics: [topic] }),
        admin.fetchTopicOffsets(topic),
      ]);
      return { committed: ofTopic?.partitions ?? [], bounds };
    });
    void this.#lookAtPartitions();
    this.#checkEnd();
  }

  #isAlive(): boolean {
    return this.#options.monotonicMs() - this.#aliveAt < this.#options.sessionTimeoutMs * LEASE;
  }

  async #deliverBatch(payload: EachBatchPayload, deliver: Deliver): Promise<void> {
    const { batch } = payload;
    const { io, deduplicate, abort: abortAll, drainTimeoutMs } = this.#options;
    const assignment = this.#assignment;
    const first = batch.messages[0];
    if (this.#isOver || assignment === undefined || first === undefined) return;
    const { partition } = batch;
    assignment.sawHighWatermark(partition, Number(batch.highWatermark));
    const known = await assignment.progress(partition, Number(first.offset));
    if (this.#options.stop.aborted || !(await this.#isOfKnownLog(payload, assignment, known))) return;

    const stop = new AbortController();
    const abort = new AbortController();
    const done = new AbortController();
    // Every call of the batch listens to them.
    setMaxListeners(0, stop.signal, abort.signal);
    const onAbortAll = () => {
      abort.abort();
    };
    abortAll.addEventListener("abort", onAbortAll, { once: true });
    stop.signal.addEventListener("abort", () => {
      io.sleep(drainTimeoutMs, done.signal).then(onAbortAll, () => undefined);
    });
    this.#stops.add(stop);

    /** Set where the group no longer counts on us; kafkajs is to learn of it. */
    let lost: Error | undefined;
    const fence = () => {
      stop.abort();
    };
    const journal = new PartitionJournal({
      ...known,
      deduplicate,
      markAt: (offset) => markAt(batch.messages, offset),
      turns: assignment.turns,
      isOurs: () => this.#isAlive() && this.#assignment === assignment,
      commit: async (progress) => {
        try {
          await this.#commit(payload, progress);
        } catch (error) {
          if (isMembershipError(error)) lost = error;
          throw error;
        }
      },
      onFenced: fence,
    });
    assignment.follow(partition, journal);

    const tick = async (): Promise<void> => {
      try {
        await payload.heartbeat();
      } catch (error) {
        // A connection that is lost may come back in time; who is no member, or is to join anew, has to let go.
        if (isMembershipError(error)) lost = error;
      }
      if (lost !== undefined || !this.#isAlive()) fence();
      await journal.commit().catch(fence);
    };
    const ticking = (async () => {
      while (!done.signal.aborted) {
        await io.sleep(TICK_MS, done.signal).then(tick, () => undefined);
      }
    })();

    try {
      const { problem } = await deliver({
        events: this.#recordsOf(batch, journal, stop.signal),
        journal,
        stop,
        abort: abort.signal,
      });
      if (problem !== undefined) {
        if (this.#options.until !== undefined) this.#ended(new Error(problem));
        // What is left is taken up again by itself, since it is not resolved below.
        await io.sleep(PROBLEM_RETRY_MS, this.#options.stop).catch(() => undefined);
      }
    } finally {
      done.abort();
      await ticking;
      this.#stops.delete(stop);
      abortAll.removeEventListener("abort", onAbortAll);
    }
    const last = Number(batch.messages.at(-1)?.offset);
    const whole = journal.settledThrough >= last;
    // The end of a transaction follows the last message, and is none.
    if (whole) journal.passTo(Number(batch.lastOffset()) + 1);
    const committed = await journal.close().then(
      () => true,
      () => false,
    );
    assignment.keep(partition, { progress: journal.progress, committed });
    // What could not be committed is fetched once more, and committed then: there may be no other batch to do it. What another
    // generation reads is not for this one to say.
    if (committed && this.#assignment === assignment && journal.settledThrough >= Number(first.offset)) {
      const { mark } = journal.progress;
      const isMore = Number(batch.highWatermark) > Number(batch.lastOffset()) + 1;
      if (!whole) {
        payload.resolveOffset(String(journal.settledThrough));
      } else if (isMore && mark !== undefined && mark.offset > Number(first.offset)) {
        // With its mark, the next batch shows of which log it is.
        payload.resolveOffset(String(mark.offset - 1));
      } else {
        payload.resolveOffset(String(last));
        if (isMore) assignment.followsAtOnce(partition);
      }
    }
    this.#checkEnd(() => payload.pause(), partition);
    if (lost !== undefined) throw lost;
  }

  /**
   * Whether a batch is of the log that the progress of its partition is of. If that cannot be told, it is fetched once more, with
   * the mark. Progress in another log says nothing of this one: it is read from its beginning, where that is harmless.
   */
  async #isOfKnownLog(payload: EachBatchPayload, assignment: Assignment, known: KeptProgress): Promise<boolean> {
    const { partition, messages } = payload.batch;
    if (assignment.wasReset(partition) && !this.#options.deduplicate) {
      this.#ended(this.#otherLog(partition));
      return false;
    }
    let recognition = assignment.recognize(partition, messages, Number(payload.batch.lastOffset()));
    if (recognition.log === "mark gone") {
      if ((await this.#lowOf(partition)) > recognition.mark) {
        assignment.forgetMark(partition);
        recognition = { log: "same" };
      } else {
        recognition = { log: "other" };
      }
    }
    // What another generation reads is not for this one to say.
    if (this.#isOfAnotherGeneration(assignment)) return false;
    if (recognition.log === "same") {
      this.#checkEnd(() => payload.pause(), partition);
      return true;
    }
    if (recognition.log === "unknown") {
      payload.resolveOffset(String(recognition.fetchFrom - 1));
      return false;
    }
    if (!this.#options.deduplicate) {
      // kafkajs may have forgotten it, and the next run is to know.
      await this.#commit(payload, known.progress);
      this.#ended(this.#otherLog(partition));
      return false;
    }
    const low = await this.#lowOf(partition);
    if (this.#isOfAnotherGeneration(assignment)) return false;
    assignment.forget(partition);
    this.#options.say(`${this.#otherLogWords(partition)} Reading it from its beginning.`);
    payload.resolveOffset(String(low - 1));
    return false;
  }

  #isOfAnotherGeneration(assignment: Assignment): boolean {
    return this.#assignment !== assignment;
  }

  #otherLogWords(partition: number): string {
    return `Partition ${partition} of ${this.#options.topic} is not the log that was read before: the topic was recreated, or the log has lost its end.`;
  }

  #otherLog(partition: number): Error {
    const { topic, groupId } = this.#options;
    return new Error(
      `${this.#otherLogWords(partition)} With --no-dedupe, reading it from its beginning could make contacts twice. Look which of its events Apollo has, then say where to begin, for instance with kafka-consumer-groups.sh --group ${groupId} --topic ${topic}:${partition} --reset-offsets --to-earliest --execute`,
    );
  }

  async #lowOf(partition: number): Promise<number> {
    const bounds = await this.#options.admin.fetchTopicOffsets(this.#options.topic);
    return Number(bounds.find((one) => one.partition === partition)?.low ?? 0);
  }

  async *#recordsOf(batch: Batch, journal: PartitionJournal, stop: AbortSignal): AsyncGenerator<SourceRecord> {
    const { topic, partition } = batch;
    const { until, monotonicMs } = this.#options;
    const end = until === undefined ? Number.POSITIVE_INFINITY : (until.get(partition) ?? 0);
    const turnEndsAt = monotonicMs() + TURN_MS;
    for (const message of batch.messages) {
      const position = Number(message.offset);
      if (position >= end) return;
      if (position <= journal.settledThrough) continue;
      await journal.start();
      await journal.room(position, stop);
      if (stop.aborted || monotonicMs() > turnEndsAt) return;
      if (until !== undefined && !isLetter(message)) {
        this.#ended(new Error(`${topic} holds messages that are no dead letters. Nothing of them is sent.`));
        return;
      }
      if (until !== undefined && this.#hadLetterBefore(partition, message)) {
        journal.begin(position);
        journal.settle(position);
        continue;
      }
      if (!this.#options.deduplicate && isMaybeDelivered(message)) journal.doubt(position);
      yield recordOfMessage(topic, partition, message);
    }
  }

  /** Whether a replay has come to another letter of the same event before. That one is sent, or stays a letter. */
  #hadLetterBefore(partition: number, message: KafkaMessage): boolean {
    const event = eventOfLetter(message);
    if (event === undefined) return false;
    const place = `${partition}:${message.offset}`;
    const first = this.#letters.get(event) ?? place;
    this.#letters.set(event, first);
    if (first === place) return false;
    this.#options.say(`Letter ${place} is of the same event as letter ${first}: it is not sent a second time.`);
    return true;
  }

  async #commit(payload: EachBatchPayload, progress: PartitionProgress): Promise<void> {
    const { topic, partition } = payload.batch;
    const offset = { partition, offset: String(progress.offset), metadata: metadataOf(progress) };
    // Unlike the consumer's own commit, this one is made by the generation that gave us the batch, and not repeated.
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [offset] }] });
  }

  /** Ends where everything is read that was to be. */
  #checkEnd(pause: () => void = () => undefined, partition?: number): void {
    const { until } = this.#options;
    const assignment = this.#assignment;
    if (until === undefined || assignment === undefined) return;
    if (partition !== undefined && assignment.isThrough(partition, until)) pause();
    void assignment.areThrough(until).then((through) => {
      if (through) this.#ended();
    });
  }

  async #watchLag(stop: AbortSignal): Promise<void> {
    const { io } = this.#options;
    while (!stop.aborted) {
      await io.sleep(LAG_INTERVAL_MS, stop).then(
        () => this.#lookAtPartitions(),
        () => undefined,
      );
    }
  }

  /**
   * Asks by another way than the consumer's own: one that has silently stopped is to be noticed. And has the marks fetched: a log
   * in which nothing comes may be another one, too.
   */
  async #lookAtPartitions(): Promise<void> {
    const { admin, topic, deduplicate, say } = this.#options;
    const assignment = this.#assignment;
    if (assignment === undefined) return;
    try {
      await assignment.load();
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (!assignment.endsTooEarly(partition, Number(high)) || this.#assignment !== assignment) continue;
        if (!deduplicate) {
          this.#ended(this.#otherLog(partition));
          return;
        }
        assignment.forget(partition);
        say(`${this.#otherLogWords(partition)} Reading it from its beginning.`);
        this.#consumer.seek({ topic, partition, offset: low });
      }
      if (this.#assignment !== assignment) return;
      for (const [partition, offset] of assignment.placesToLookAt()) {
        this.#consumer.seek({ topic, partition, offset: String(offset) });
      }
    } catch {
      // It is asked again.
    }
  }
}

/** The mark of the last message that is not beyond an offset. Most often that is one of the last. */
function markAt(messages: readonly KafkaMessage[], offset: number): LogMark | undefined {
  const message = messages.findLast((one) => Number(one.offset) <= offset);
  return message && markOf(message);
}

const MEMBERSHIP_ERRORS = new Set<unknown>([
  "REBALANCE_IN_PROGRESS",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "FENCED_INSTANCE_ID",
]);

function isMembershipError(error: unknown): error is Error {
  return error instanceof Error && "type" in error && MEMBERSHIP_ERRORS.has(error.type);
}
