import type { CommittedOffset, KafkaMessage, LogBounds } from "./kafka-client.js";
import { markOf } from "./log-mark.js";
import type { PartitionJournal } from "./partition-journal.js";
import { progressOf, type PartitionProgress } from "./partition-progress.js";
import { Turns } from "./turns.js";

/** How far a partition is, and whether the broker knows. */
export interface KeptProgress {
  readonly progress: PartitionProgress;
  readonly committed: boolean;
}

/** What the broker knows of the partitions of a topic. */
export interface KnownToBroker {
  /** What the group has committed, and the metadata with it. */
  readonly committed: readonly CommittedOffset[];
  /** The first offset of each partition, and the one after its last. */
  readonly bounds: readonly LogBounds[];
}

/** What a batch says about the log that it is of. */
export type Recognition =
  /** It is the log that the progress is of, as far as that can be known. */
  | { readonly log: "same" }
  /** It cannot be told from the batch: fetch from this offset. */
  | { readonly log: "unknown"; readonly fetchFrom: number }
  /** The mark was asked for, and the log begins later, or it is another log. */
  | { readonly log: "mark gone"; readonly mark: number }
  /** It is another log, or has lost its end. */
  | { readonly log: "other" };

/** After so many looks at a partition that ends before where it was read to, that is how it is; a new leader may need a moment. */
const LOOKS_TO_BELIEVE = 3;

/** The partitions that the group has given to a worker, until it gives them anew, and how far each of them is. */
export class Assignment {
  readonly partitions: readonly number[];
  /** In which events of its partitions are planned with care. */
  readonly turns = new Turns();
  readonly #ask: () => Promise<KnownToBroker>;
  readonly #progress = new Map<number, KeptProgress>();
  readonly #journals = new Map<number, PartitionJournal>();
  readonly #highWatermarks = new Map<number, number>();
  /** Where a mark was asked for. */
  readonly #askedFor = new Map<number, number>();
  /** Of these, the last batch has shown that the log is the same, and the next one follows at once. */
  readonly #justRecognized = new Set<number>();
  /** Whose log was recognized at least once, or is not to be. */
  readonly #recognized = new Set<number>();
  readonly #looksBeyondEnd = new Map<number, number>();
  readonly #wasReset = new Set<number>();
  /** Where retention has taken what was committed: where the log begins now. */
  readonly #beginsLater = new Map<number, number>();
  #loaded: Promise<void> | undefined;

  /** @param ask asks for what is committed, and what there is */
  constructor(partitions: readonly number[], ask: () => Promise<KnownToBroker>) {
    this.partitions = partitions;
    this.#ask = ask;
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

  /**
   * Looks whether a batch is of the log that the progress of its partition is of: whether the mark is in its place. To be asked
   * once for each batch, when all is loaded.
   *
   * @param messages at least one
   * @param lastOffset the end of the batch; what follows the last message is no message
   */
  recognize(partition: number, messages: readonly KafkaMessage[], lastOffset: number): Recognition {
    const asked = this.#askedFor.get(partition);
    this.#askedFor.delete(partition);
    const justRecognized = this.#justRecognized.delete(partition);
    const known = this.#progress.get(partition)?.progress;
    if (known === undefined) return this.#same(partition);
    const { mark, offset } = known;
    const first = Number(messages[0]?.offset);
    // Fetched from what is out of range, a client begins again with the first message that there is.
    if (asked !== undefined && first < asked) return { log: "other" };
    if (mark === undefined) return first < offset ? { log: "other" } : this.#same(partition);
    if (first > mark.offset) {
      if (justRecognized) return this.#same(partition);
      if (asked === mark.offset) return { log: "mark gone", mark: asked };
      return this.#lookAt(partition, mark.offset);
    }
    if (lastOffset < mark.offset) {
      return justRecognized ? this.#same(partition) : this.#lookAt(partition, mark.offset);
    }
    const there = messages.find((message) => message.offset === mark.offset);
    if (there === undefined || markOf(there).fingerprint !== mark.fingerprint) return { log: "other" };
    this.#same(partition);
    if (first <= offset) return { log: "same" };
    this.#justRecognized.add(partition);
    return { log: "unknown", fetchFrom: offset };
  }

  /** The batch held nothing but the mark, though there is more: the next one, which follows at once, is of the same log. */
  followsAtOnce(partition: number): void {
    this.#justRecognized.add(partition);
  }

  /** The log begins after the mark by now: it cannot be recognized by it any more. */
  forgetMark(partition: number): void {
    const kept = this.#progress.get(partition);
    if (kept === undefined) return;
    const { offset, settled, attempted, carefulBelow, planning } = kept.progress;
    const care = { ...(carefulBelow !== undefined && { carefulBelow }), ...(planning !== undefined && { planning }) };
    this.#progress.set(partition, { progress: { offset, settled, attempted, ...care }, committed: false });
    this.#same(partition);
  }

  /** The log is another one: how far it is is not known. */
  forget(partition: number): void {
    this.#progress.delete(partition);
    this.#same(partition);
  }

  /**
   * From where partitions that are at rest are to be fetched next: from their marks, so that another log is noticed though nothing
   * new comes.
   */
  placesToLookAt(): ReadonlyMap<number, number> {
    const places = new Map(this.#beginsLater);
    this.#beginsLater.clear();
    for (const [partition, { progress }] of this.#progress) {
      if (progress.mark === undefined || this.#journals.has(partition)) continue;
      this.#askedFor.set(partition, progress.mark.offset);
      places.set(partition, progress.mark.offset);
    }
    return places;
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

  /**
   * The bounds of a partition were looked at.
   *
   * @returns whether its log is certainly another one: for some looks now it has ended before where it was read to
   */
  endsTooEarly(partition: number, high: number): boolean {
    this.sawHighWatermark(partition, high);
    const offset = this.#offset(partition);
    const looks = offset === undefined || high >= offset ? 0 : (this.#looksBeyondEnd.get(partition) ?? 0) + 1;
    this.#looksBeyondEnd.set(partition, looks);
    return looks >= LOOKS_TO_BELIEVE && !this.#journals.has(partition);
  }

  /** Whether the client has forgotten what was committed of a partition, because it was out of range. */
  wasReset(partition: number): boolean {
    return this.#wasReset.has(partition);
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

  /** Those that have events, none of which is under way. */
  partitionsAtRest(): number[] {
    return [...this.lags()].flatMap(([partition, lag]) =>
      lag > 0 && !this.#journals.has(partition) ? [partition] : [],
    );
  }

  /** Whether a partition is read as far as it was to be. */
  isThrough(partition: number, until: ReadonlyMap<number, number>): boolean {
    const end = until.get(partition) ?? 0;
    if (end === 0) return true;
    const { mark, offset = 0 } = this.#progress.get(partition)?.progress ?? {};
    // What is committed beyond the end is of another log, mark or not.
    const isOfThisLog = this.#recognized.has(partition) || (mark === undefined && offset <= this.#highOf(partition));
    return isOfThisLog && (this.#offset(partition) ?? 0) >= end;
  }

  /** Whether all of them are. */
  async areThrough(until: ReadonlyMap<number, number>): Promise<boolean> {
    await this.load().catch(() => undefined);
    return this.partitions.every((partition) => this.isThrough(partition, until));
  }

  #highOf(partition: number): number {
    return this.#highWatermarks.get(partition) ?? Number.POSITIVE_INFINITY;
  }

  #same(partition: number): Recognition {
    this.#recognized.add(partition);
    return { log: "same" };
  }

  #lookAt(partition: number, offset: number): Recognition {
    this.#askedFor.set(partition, offset);
    return { log: "unknown", fetchFrom: offset };
  }

  #offset(partition: number): number | undefined {
    const journal = this.#journals.get(partition);
    return journal === undefined ? this.#progress.get(partition)?.progress.offset : journal.settledThrough + 1;
  }

  async #load(): Promise<void> {
    const { committed, bounds } = await this.#ask();
    const lows = new Map(bounds.map(({ partition, low }) => [partition, low]));
    const highs = new Map(bounds.map(({ partition, high }) => [partition, high]));
    for (const [partition, high] of highs) this.sawHighWatermark(partition, high);
    for (const { partition, offset, metadata, wasReset } of committed) {
      if (wasReset) this.#wasReset.add(partition);
      if (offset === undefined || this.#progress.has(partition) || this.#journals.has(partition)) continue;
      const progress = progressOf(offset, metadata);
      const low = lows.get(partition) ?? 0;
      const { mark, carefulBelow = 0, planning, ...rest } = progress;
      const from = Math.max(progress.offset, low);
      // What has come since the last owner has ended did not end it.
      const careful = Math.min(carefulBelow, highs.get(partition) ?? carefulBelow);
      // What retention has taken is neither a mark nor to be waited for.
      if (progress.offset < low) this.#beginsLater.set(partition, low);
      const left = {
        ...rest,
        offset: from,
        ...(mark !== undefined && mark.offset >= low && { mark }),
        ...(careful > from && { carefulBelow: careful }),
        ...(planning !== undefined && planning.offset >= from && { planning }),
      };
      this.#progress.set(partition, { progress: left, committed: progress.offset >= low });
    }
  }
}
