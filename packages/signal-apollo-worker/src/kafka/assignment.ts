import type { FetchOffsetsPartition } from "kafkajs";

import type { PartitionJournal } from "./partition-journal.js";
import { progressOf, type PartitionProgress } from "./partition-progress.js";

/** How far a partition is, and whether the broker knows. */
export interface KeptProgress {
  readonly progress: PartitionProgress;
  readonly committed: boolean;
}

/** The partitions that the group has given to a worker, until it gives them anew, and how far each of them is. */
export class Assignment {
  readonly partitions: readonly number[];
  readonly #fetchCommitted: () => Promise<FetchOffsetsPartition[]>;
  readonly #progress = new Map<number, KeptProgress>();
  readonly #journals = new Map<number, PartitionJournal>();
  readonly #highWatermarks = new Map<number, number>();
  #loaded: Promise<void> | undefined;

  /** @param fetchCommitted asks for what is committed, and the metadata with it */
  constructor(partitions: readonly number[], fetchCommitted: () => Promise<FetchOffsetsPartition[]>) {
    this.partitions = partitions;
    this.#fetchCommitted = fetchCommitted;
  }

  /**
   * How far a partition is: as the last batch has left it, or as its last owner has.
   *
   * @param first where it begins if nothing was ever committed
   */
  async progress(partition: number, first: number): Promise<KeptProgress> {
    await this.load();
    return (
      this.#progress.get(partition) ?? { progress: { offset: first, settled: [], attempted: [] }, committed: false }
    );
  }

  /** Asks once for what the last owners have committed. Rejects if that cannot be found out; the next call asks again. */
  async load(): Promise<void> {
    this.#loaded ??= this.#load();
    try {
      await this.#loaded;
    } catch (error) {
      this.#loaded = undefined;
      throw error;
    }
  }

  /** A batch of a partition is under way. */
  follow(partition: number, journal: PartitionJournal): void {
    this.#journals.set(partition, journal);
  }

  /** A batch of a partition is over. */
  keep(partition: number, progress: KeptProgress): void {
    this.#journals.delete(partition);
    this.#progress.set(partition, progress);
  }

  /** What stands before an offset is no message: it was fetched from where the partition had come to, and held none. */
  passTo(partition: number, offset: number): void {
    const kept = this.#progress.get(partition);
    if (kept === undefined || this.#journals.has(partition) || offset <= kept.progress.offset) return;
    this.#progress.set(partition, { progress: { ...kept.progress, offset }, committed: false });
  }

  /** A partition ends there, at the moment. */
  sawHighWatermark(partition: number, offset: number): void {
    this.#highWatermarks.set(partition, offset);
  }

  /** How many events of each partition are not settled, as far as it is known. */
  lags(): ReadonlyMap<number, number> {
    return new Map(
      this.partitions.map((partition) => {
        const offset = this.#offset(partition);
        const high = this.#highWatermarks.get(partition);
        return [partition, offset === undefined || high === undefined ? 0 : Math.max(0, high - offset)];
      }),
    );
  }

  /** Whether a partition is read as far as it was to be. */
  isThrough(partition: number, until: ReadonlyMap<number, number>): boolean {
    const end = until.get(partition) ?? 0;
    return end === 0 || (this.#offset(partition) ?? 0) >= end;
  }

  /** Whether all of them are. */
  async areThrough(until: ReadonlyMap<number, number>): Promise<boolean> {
    await this.load().catch(() => undefined);
    return this.partitions.every((partition) => this.isThrough(partition, until));
  }

  #offset(partition: number): number | undefined {
    const journal = this.#journals.get(partition);
    return journal === undefined ? this.#progress.get(partition)?.progress.offset : journal.settledThrough + 1;
  }

  async #load(): Promise<void> {
    for (const { partition, offset, metadata } of await this.#fetchCommitted()) {
      if (Number(offset) < 0 || this.#progress.has(partition) || this.#journals.has(partition)) continue;
      this.#progress.set(partition, { progress: progressOf(Number(offset), metadata), committed: true });
    }
  }
}
