import { setMaxListeners } from "node:events";

import type { Io } from "../io.js";
import type { EventSource, SourceRecord } from "../stream/event-source.js";
import type { StreamEnd } from "../stream/deliver-stream.js";
import type { Assignment, KeptProgress } from "./assignment.js";
import { isLetter, isMaybeDelivered } from "./dead-letter-message.js";
import { MembershipError, type KafkaMessage, type PartitionBatch } from "./kafka-client.js";
import { markOf, type LogMark } from "./log-mark.js";
import type { Membership } from "./membership.js";
import { recordOfMessage } from "./message-record.js";
import { PartitionJournal } from "./partition-journal.js";
import { metadataOf } from "./partition-progress.js";
import type { Replay } from "./replay.js";

/** What all batches of a consumer are delivered with. */
export interface BatchDeliveryOptions {
  readonly topic: string;
  /** Whether what may have been delivered may be retried. */
  readonly deduplicate: boolean;
  readonly io: Pick<Io, "sleep">;
  /** Milliseconds of a clock that is never set. */
  readonly monotonicMs: () => number;
  /** Aborted to take up nothing more and to leave the group. */
  readonly stop: AbortSignal;
  /** Aborted to leave even what is in flight. */
  readonly abort: AbortSignal;
  /** How long what is in flight may take when the partition is taken away, in milliseconds. */
  readonly drainTimeoutMs: number;
  /** Is told, in words, of what somebody should know. */
  readonly say: (message: string) => void;
}

/** What a batch is delivered for. */
export interface BatchDeliveryContext {
  readonly membership: Membership;
  /** What its partition was given with. */
  readonly assignment: Assignment;
  /** How far its partition is. */
  readonly known: KeptProgress;
  /** Not there if the topic is not one of dead letters that is replayed. */
  readonly replay: Replay | undefined;
  /** Ends the worker. */
  readonly end: (problem: Error) => void;
}

/** Delivers what a source has. */
export type Deliver = (source: EventSource) => Promise<StreamEnd>;

/** How often a batch under way looks whether it is still ours, and commits. */
const TICK_MS = 1_000;
/** How long to wait before what a problem has left is taken up again. */
const PROBLEM_RETRY_MS = 1_000;
/**
 * How long events of a batch are taken up. The next fetch waits for all batches of the last one: without turns, the backlog of
 * one partition would keep the others waiting. What is left of the batch is fetched again.
 */
const TURN_MS = 10_000;

/**
 * The delivery of one batch of a partition. It lasts until what was taken up is settled, while heartbeats continue. When the partition
 * is not the worker's any more, it takes up nothing more, and what is in flight gets a while to end.
 */
export class BatchDelivery {
  readonly #batch: PartitionBatch;
  readonly #options: BatchDeliveryOptions;
  readonly #context: BatchDeliveryContext;
  readonly #journal: PartitionJournal;
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();
  readonly #done = new AbortController();
  /** Set when the group no longer counts on us. */
  #lost: MembershipError | undefined;

  constructor(batch: PartitionBatch, options: BatchDeliveryOptions, context: BatchDeliveryContext) {
    const { membership, assignment, known } = context;
    this.#batch = batch;
    this.#options = options;
    this.#context = context;
    this.#journal = new PartitionJournal({
      ...known,
      deduplicate: options.deduplicate,
      markAt: (offset) => markAt(batch.messages, offset),
      turns: assignment.turns,
      isOurs: () => membership.holds(assignment),
      commit: (progress) => this.#asMember(batch.commit(progress.offset, metadataOf(progress))),
      onFenced: this.#fence,
    });
  }

  /**
   * Delivers it.
   *
   * @returns why the member is to join again; `undefined` if it is not
   */
  async run(deliver: Deliver): Promise<MembershipError | undefined> {
    const { io, stop: stopAll, abort: abortAll } = this.#options;
    const { assignment, replay, end } = this.#context;
    const onAbort = () => {
      this.#abort.abort();
    };
    // Every call of the batch listens to them.
    setMaxListeners(0, this.#stop.signal, this.#abort.signal);
    stopAll.addEventListener("abort", this.#fence, { once: true });
    abortAll.addEventListener("abort", onAbort, { once: true });
    this.#stop.signal.addEventListener("abort", () => {
      io.sleep(this.#options.drainTimeoutMs, this.#done.signal).then(onAbort, () => undefined);
    });
    if (stopAll.aborted) this.#fence();
    assignment.follow(this.#batch.partition, this.#journal);
    const ticking = this.#tick();
    try {
      const { problem } = await deliver({
        events: this.#records(),
        journal: this.#journal,
        stop: this.#stop,
        abort: this.#abort.signal,
      });
      if (problem !== undefined) {
        if (replay !== undefined) end(new Error(problem));
        // What is left is taken up again: the next fetch begins with it.
        await io.sleep(PROBLEM_RETRY_MS, stopAll).catch(() => undefined);
      }
    } finally {
      this.#done.abort();
      await ticking;
      stopAll.removeEventListener("abort", this.#fence);
      abortAll.removeEventListener("abort", onAbort);
    }
    await this.#close();
    return this.#lost;
  }

  /** Nothing more of the batch is taken up. */
  readonly #fence = () => {
    this.#stop.abort();
  };

  async #asMember(request: Promise<void>): Promise<void> {
    try {
      await request;
    } catch (error) {
      if (error instanceof MembershipError) this.#lost = error;
      throw error;
    }
  }

  async #tick(): Promise<void> {
    const { membership } = this.#context;
    const tick = async () => {
      // A connection that is lost may come back in time; who is no member, or is to join again, has to let go.
      await this.#asMember(this.#batch.heartbeat()).catch(() => undefined);
      if (this.#lost !== undefined || !membership.isAlive()) this.#fence();
      await this.#journal.commit().catch(this.#fence);
    };
    while (!this.#done.signal.aborted) {
      await this.#options.io.sleep(TICK_MS, this.#done.signal).then(tick, () => undefined);
    }
  }

  async *#records(): AsyncGenerator<SourceRecord> {
    const { partition, messages } = this.#batch;
    const { topic, deduplicate, monotonicMs, say } = this.#options;
    const { replay, end } = this.#context;
    const journal = this.#journal;
    const endOfReplay = replay === undefined ? Number.POSITIVE_INFINITY : (replay.ends.get(partition) ?? 0);
    const turnEndsAt = monotonicMs() + TURN_MS;
    for (const message of messages) {
      const position = message.offset;
      if (position >= endOfReplay) return;
      if (position <= journal.settledThrough) continue;
      await journal.start();
      await journal.room(position, this.#stop.signal);
      if (this.#stop.signal.aborted || monotonicMs() > turnEndsAt) return;
      if (replay !== undefined && !isLetter(message)) {
        end(new Error(`${topic} holds messages that are no dead letters. Nothing of them is sent.`));
        return;
      }
      const place = `${partition}:${position}`;
      const first = replay?.firstLetterOf(place, message);
      if (first !== undefined) {
        say(`Letter ${place} is of the same event as letter ${first}: it is not sent a second time.`);
        journal.begin(position);
        journal.settle(position);
        continue;
      }
      if (!deduplicate && isMaybeDelivered(message)) journal.doubt(position);
      yield recordOfMessage(topic, partition, message);
    }
  }

  /** Commits, keeps the progress, and has the next batch begin where this one has come to. */
  async #close(): Promise<void> {
    const { partition, messages, lastOffset } = this.#batch;
    const { membership, assignment } = this.#context;
    const journal = this.#journal;
    const isWhole = journal.settledThrough >= (messages.at(-1)?.offset ?? lastOffset);
    // What follows the last message is not one.
    if (isWhole) journal.passTo(lastOffset + 1);
    const committed = await journal.close().then(
      () => true,
      () => false,
    );
    assignment.keep(partition, { progress: journal.progress, committed });
    // What could not be committed is fetched once more, and committed then: there may be no other batch to do it. What another
    // generation reads is not for this one to say.
    if (committed && membership.isCurrent(assignment)) this.#continue(isWhole);
  }

  #continue(isWhole: boolean): void {
    const { partition, messages, lastOffset, highWatermark } = this.#batch;
    const { settledThrough, progress } = this.#journal;
    const first = messages[0]?.offset ?? lastOffset;
    const isMore = highWatermark > lastOffset + 1;
    if (settledThrough < first) return;
    if (!isWhole) {
      this.#batch.continueFrom(settledThrough + 1);
    } else if (isMore && progress.mark !== undefined && progress.mark.offset > first) {
      // With its mark, the next batch shows of which log it is.
      this.#batch.continueFrom(progress.mark.offset);
    } else {
      this.#batch.continueFrom(lastOffset + 1);
      if (isMore) this.#context.assignment.followsAtOnce(partition);
    }
  }
}

/** The mark of the last message that is not beyond an offset. Most often that is one of the last. */
function markAt(messages: readonly KafkaMessage[], offset: number): LogMark | undefined {
  const message = messages.findLast((one) => one.offset <= offset);
  return message && markOf(message);
}
