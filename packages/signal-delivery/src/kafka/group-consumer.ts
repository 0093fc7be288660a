import type { KafkaMetricsSource } from "../observe/metrics.js";
import { Assignment } from "./assignment.js";
import { BatchDelivery, type BatchDeliveryOptions, type Deliver } from "./batch-delivery.js";
import type { GroupMember, KafkaClient, MemberListener, PartitionBatch } from "./kafka-client.js";
import { LogGuard, type LogGuardOptions } from "./log-guard.js";
import { Membership, type MembershipOptions } from "./membership.js";
import { Replay } from "./replay.js";

/** What a consumer is made with. */
export interface GroupConsumerOptions extends MembershipOptions, LogGuardOptions, BatchDeliveryOptions {
  readonly client: Pick<KafkaClient, "member" | "committed" | "bounds">;
  /**
   * Reads a topic of dead letters, no further than these offsets of each partition, and ends there. Without it, it never ends by
   * itself.
   */
  readonly until?: ReadonlyMap<number, number> | undefined;
}

/** How long a fetch waits for events. */
const FETCH_WAIT_MS = 1_000;
/** More partitions than any worker has. */
const ALL_PARTITIONS = 1_000;
/** It goes on for good: what ends a worker is a signal. */
const RETRIES = 1_000_000;
/** How often it is asked how much there is. */
const LAG_INTERVAL_MS = 10_000;
/** How long messages that could not be read are a problem; they are fetched again and again. */
const UNREADABLE_FOR_MS = 15_000;

/**
 * A member of a consumer group, which delivers what the group gives it.
 *
 * A batch of a partition stays in its handler until it is settled, while heartbeats go on. That is how a partition changes
 * hands safely with a client that tells nobody before it joins again: it joins when all handlers are through, and a handler
 * that learns of the rebalance takes up nothing more, waits for what is in flight, commits, and returns. A worker that cannot
 * reach its group for almost the session's timeout does the same by itself.
 *
 * There is one other way: a fetch from one broker may join, when the topic changes, while batches of another broker are under
 * way. Then only the fence is left: such a batch sends and commits nothing more, but what is in flight is not waited for.
 */
export class GroupConsumer implements KafkaMetricsSource {
  readonly #options: GroupConsumerOptions;
  readonly #member: GroupMember;
  readonly #membership: Membership;
  readonly #guard: LogGuard;
  readonly #replay: Replay | undefined;
  #unreadable: { readonly problem: string; readonly at: number } | undefined;
  #ended: (problem?: Error) => void = () => undefined;

  constructor(options: GroupConsumerOptions) {
    const { client, topic, groupId, sessionTimeoutMs, until } = options;
    const limits = { fetchWaitMs: FETCH_WAIT_MS, concurrency: ALL_PARTITIONS, retries: RETRIES };
    this.#options = options;
    this.#member = client.member({ topic, groupId, sessionTimeoutMs, ...limits });
    this.#membership = new Membership(options);
    this.#guard = new LogGuard(options, this.#membership, this.#member, (problem) => {
      this.#ended(problem);
    });
    this.#replay = until && new Replay(until);
  }

  lags(): ReadonlyMap<number, number> {
    return this.#membership.assignment?.lags() ?? new Map();
  }

  joins(): number {
    return this.#membership.joins;
  }

  problem(): string | undefined {
    const { assignment } = this.#membership;
    if (assignment === undefined) return "The worker is no member of its consumer group yet.";
    if (this.#membership.isAlive()) return this.#unreadableProblem(assignment);
    return "The consumer group has not answered for long: Kafka cannot be reached, or has given the partitions to others.";
  }

  #unreadableProblem(assignment: Assignment): string | undefined {
    if (this.#unreadable === undefined) return undefined;
    const { problem, at } = this.#unreadable;
    if (this.#options.monotonicMs() - at > UNREADABLE_FOR_MS) return undefined;
    const waiting = assignment.partitionsAtRest();
    return `${problem} What waits there: ${waiting.length === 1 ? "partition" : "partitions"} ${waiting.join(", ")}.`;
  }

  /**
   * Takes part in the group until it is stopped, or everything is read that was to be.
   *
   * @param deliver is called for batches of several partitions at a time
   * @throws what ended it, if it was neither
   */
  async run(deliver: Deliver): Promise<void> {
    const { stop } = this.#options;
    const ended = new Promise<void>((resolve, reject) => {
      this.#ended = (problem) => {
        if (problem === undefined) resolve();
        else reject(problem);
      };
    });
    // It may fail before anybody waits for it.
    ended.catch(() => undefined);
    const onStop = () => {
      this.#ended();
    };
    stop.addEventListener("abort", onStop, { once: true });
    const watching = new AbortController();
    try {
      await this.#member.join(this.#listener(deliver));
      void this.#watchLag(watching.signal);
      if (stop.aborted) onStop();
      await ended;
    } finally {
      watching.abort();
      stop.removeEventListener("abort", onStop);
      await this.#member.leave();
    }
  }

  #listener(deliver: Deliver): MemberListener {
    return {
      joined: (partitions) => {
        this.#joined(partitions);
      },
      alive: () => {
        this.#membership.renew();
      },
      passed: (partition, nextOffset) => {
        this.#membership.assignment?.passTo(partition, nextOffset);
      },
      unreadable: (problem) => {
        this.#sawUnreadable(problem);
      },
      crashed: (error) => {
        this.#ended(error);
      },
      batch: (batch) => this.#deliverBatch(batch, deliver),
    };
  }

  #joined(partitions: readonly number[]): void {
    const { client, groupId, topic } = this.#options;
    const assignment = new Assignment(partitions, async () => {
      const [committed, bounds] = await Promise.all([client.committed(groupId, topic), client.bounds(topic)]);
      return { committed, bounds };
    });
    this.#membership.joined(assignment);
    void this.#guard.lookAt(assignment);
    this.#checkEnd();
  }

  #sawUnreadable(problem: string): void {
    if (problem !== this.#unreadable?.problem) this.#options.say(problem);
    this.#unreadable = { problem, at: this.#options.monotonicMs() };
    // A replay would not come to its end.
    if (this.#replay !== undefined) this.#ended(new Error(problem));
  }

  async #deliverBatch(batch: PartitionBatch, deliver: Deliver): Promise<void> {
    const { assignment } = this.#membership;
    const { partition, messages, highWatermark } = batch;
    const [first] = messages;
    if (assignment === undefined || first === undefined) return;
    assignment.sawHighWatermark(partition, highWatermark);
    const known = await assignment.progress(partition, first.offset);
    if (this.#options.stop.aborted || !(await this.#guard.admits(batch, assignment, known.progress))) return;
    this.#checkEnd(partition);
    const delivery = new BatchDelivery(batch, this.#options, {
      membership: this.#membership,
      assignment,
      known,
      replay: this.#replay,
      end: this.#ended,
    });
    const lost = await delivery.run(deliver);
    this.#checkEnd(partition);
    // The member is to learn of it.
    if (lost !== undefined) throw lost;
  }

  /** Ends where everything is read that was to be. */
  #checkEnd(partition?: number): void {
    const { assignment } = this.#membership;
    if (this.#replay === undefined || assignment === undefined) return;
    const { ends } = this.#replay;
    if (partition !== undefined && assignment.isThrough(partition, ends)) this.#member.pause(partition);
    void assignment.areThrough(ends).then((through) => {
      if (through) this.#ended();
    });
  }

  async #watchLag(stop: AbortSignal): Promise<void> {
    const look = () => this.#membership.assignment && this.#guard.lookAt(this.#membership.assignment);
    while (!stop.aborted) {
      await this.#options.io.sleep(LAG_INTERVAL_MS, stop).then(look, () => undefined);
    }
  }
}
