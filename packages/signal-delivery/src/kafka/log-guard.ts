import type { Vendor } from "@datafly/signal-connector-kit";

import type { Assignment } from "./assignment.js";
import type { GroupMember, KafkaClient, PartitionBatch } from "./kafka-client.js";
import type { Membership } from "./membership.js";
import { metadataOf, type PartitionProgress } from "./partition-progress.js";

/** What a guard is made with. */
export interface LogGuardOptions {
  readonly client: Pick<KafkaClient, "bounds">;
  readonly topic: string;
  readonly groupId: string;
  readonly vendor: Vendor;
  /** Whether what may have been delivered may be retried: only then another log is read from its beginning. */
  readonly deduplicate: boolean;
  /** Is told, in words, of what somebody should know. */
  readonly say: (message: string) => void;
}

/**
 * Keeps progress from being applied to another log: that of a topic that was recreated, or one that has lost its end. Another log is
 * read from its beginning, or, without deduplication, ends the worker.
 */
export class LogGuard {
  readonly #options: LogGuardOptions;
  readonly #membership: Membership;
  readonly #member: Pick<GroupMember, "seek">;
  readonly #end: (problem: Error) => void;
  /** Where a partition is to be read again from, until a batch has come since. */
  readonly #beginsAt = new Map<number, { readonly assignment: Assignment; readonly low: number }>();

  /** @param end ends the worker */
  constructor(
    options: LogGuardOptions,
    membership: Membership,
    member: Pick<GroupMember, "seek">,
    end: (problem: Error) => void,
  ) {
    this.#options = options;
    this.#membership = membership;
    this.#member = member;
    this.#end = end;
  }

  /**
   * Whether a batch is of the log that the progress of its partition is of. If that cannot be told, it is fetched once more, with
   * the mark.
   */
  async admits(batch: PartitionBatch, assignment: Assignment, known: PartitionProgress): Promise<boolean> {
    const { partition, messages, lastOffset } = batch;
    const { deduplicate } = this.#options;
    if (assignment.wasReset(partition) && !deduplicate) {
      this.#end(this.#otherLog(partition));
      return false;
    }
    const again = this.#beginsAt.get(partition);
    this.#beginsAt.delete(partition);
    if (again?.assignment === assignment && (messages[0]?.offset ?? 0) > again.low) {
      // It was fetched before that was known: what is before it would be skipped. Once is enough; a log can have gaps.
      batch.continueFrom(again.low);
      return false;
    }
    let recognition = assignment.recognize(partition, messages, lastOffset);
    if (recognition.log === "mark gone") {
      if ((await this.#lowOf(partition)) > recognition.mark) {
        assignment.forgetMark(partition);
        recognition = { log: "same" };
      } else {
        recognition = { log: "other" };
      }
    }
    // What another generation reads is not for this one to say.
    if (!this.#membership.isCurrent(assignment)) return false;
    if (recognition.log === "same") return true;
    if (recognition.log === "unknown") {
      batch.continueFrom(recognition.fetchFrom);
      return false;
    }
    if (!deduplicate) {
      // The client may have forgotten it, and the next run is to know.
      await batch.commit(known.offset, metadataOf(known));
      this.#end(this.#otherLog(partition));
      return false;
    }
    const low = await this.#lowOf(partition);
    if (this.#membership.isCurrent(assignment)) {
      this.#beginAgain(assignment, partition, low);
      batch.continueFrom(low);
    }
    return false;
  }

  /**
   * Looks at where partitions end, by another way than the member's own: one that has silently stopped is to be noticed. And has the
   * marks fetched: a log in which nothing comes may be another one, too.
   */
  async lookAt(assignment: Assignment): Promise<void> {
    const { client, topic, deduplicate } = this.#options;
    try {
      await assignment.load();
      for (const { partition, low, high } of await client.bounds(topic)) {
        if (!assignment.endsTooEarly(partition, high) || !this.#membership.isCurrent(assignment)) continue;
        if (!deduplicate) {
          this.#end(this.#otherLog(partition));
          return;
        }
        this.#beginAgain(assignment, partition, low);
        this.#member.seek(partition, low);
      }
      if (!this.#membership.isCurrent(assignment)) return;
      for (const [partition, offset] of assignment.placesToLookAt()) this.#member.seek(partition, offset);
    } catch {
      // It is asked again.
    }
  }

  #beginAgain(assignment: Assignment, partition: number, low: number): void {
    assignment.forget(partition);
    this.#beginsAt.set(partition, { assignment, low });
    this.#options.say(`${this.#otherLogWords(partition)} Reading it from its beginning.`);
  }

  async #lowOf(partition: number): Promise<number> {
    const bounds = await this.#options.client.bounds(this.#options.topic);
    return bounds.find((one) => one.partition === partition)?.low ?? 0;
  }

  #otherLogWords(partition: number): string {
    return `Partition ${partition} of ${this.#options.topic} is not the log that was read before: the topic was recreated, or the log has lost its end.`;
  }

  #otherLog(partition: number): Error {
    const { topic, groupId, vendor } = this.#options;
    return new Error(
      `${this.#otherLogWords(partition)} With --no-dedupe, reading it from its beginning could make ${vendor.record}s twice. Look which of its events ${vendor.name} has, then say where to begin, for instance with kafka-consumer-groups.sh --group ${groupId} --topic ${topic}:${partition} --reset-offsets --to-earliest --execute`,
    );
  }
}
