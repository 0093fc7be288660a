import type { Journal } from "../journal/journal.js";
import { MAX_ENDED_RUNS } from "../journal/planning-mark.js";
import { Watermark } from "../journal/watermark.js";
import type { LogMark } from "./log-mark.js";
import { fittingPartial, MAX_WINDOW, type PartitionProgress, type PlannedEvent } from "./partition-progress.js";
import type { Turns } from "./turns.js";

/** What a journal of a partition is made with. */
export interface PartitionJournalOptions {
  /** Where the partition's last owner, or the last batch, had come to. */
  readonly progress: PartitionProgress;
  /** Whether the broker knows of that. */
  readonly committed: boolean;
  /** Whether what may have been delivered may be retried; then attempts need not be recorded. */
  readonly deduplicate: boolean;
  /** The mark of the last message of the batch that is not beyond an offset; `undefined` if there is none. */
  readonly markAt: (offset: number) => LogMark | undefined;
  /** Of all partitions of the worker: one event at a time is planned with care, so that no other is suspected if it ends the process. */
  readonly turns: Turns;
  /** Whether the partition is still this worker's. */
  readonly isOurs: () => boolean;
  /** Commits. Rejects if the broker does not take it: it may give the partition to somebody else. */
  readonly commit: (progress: PartitionProgress) => Promise<void>;
  /** Called when nothing more of the partition may be sent. */
  readonly onFenced: () => void;
}

/** The partition is another worker's now, or may be: nothing of it may be sent any more. */
class FencedError extends Error {
  override readonly name = "FencedError";
}

/**
 * The journal of a batch of a partition: the watermark is committed to Kafka, and with it what is settled beyond it and, with
 * deduplication off, what is about to be sent.
 */
export class PartitionJournal implements Journal {
  readonly keepsProgress = true;
  readonly #options: PartitionJournalOptions;
  readonly #watermark: Watermark;
  /** Settled by an earlier owner or batch, and not come to yet. */
  readonly #settledBefore: Set<number>;
  readonly #attemptedBefore: Set<number>;
  readonly #attempted: Set<number>;
  /** Whose record is written, while a call is left, with what that call needs. */
  readonly #resumes: Map<number, string>;
  /** Below it, an event is planned with care: the last owner ended in the middle of a batch. */
  readonly #carefulBelow: number;
  /** Over this event, the last owner has ended. */
  #endedOver: PlannedEvent | undefined;
  /** The event that is being planned with care, and what ends its turn. */
  #planning: { readonly event: PlannedEvent; readonly endTurn: () => void } | undefined;
  #isUnderWay = false;
  #committing: Promise<void> = Promise.resolve();
  /** The commit that has not begun yet, which who comes now goes along with. */
  #next: Promise<void> | undefined;
  #committed: string | undefined;
  #onAdvance: () => void = () => undefined;

  constructor(options: PartitionJournalOptions) {
    const { offset, settled, attempted, partial = [], carefulBelow, planning } = options.progress;
    this.#options = options;
    this.#watermark = new Watermark(offset - 1);
    this.#settledBefore = new Set(settled);
    this.#attemptedBefore = new Set(attempted);
    this.#attempted = new Set(attempted);
    this.#resumes = new Map(partial);
    this.#carefulBelow = carefulBelow ?? 0;
    this.#endedOver = planning;
    this.#committed = options.committed ? JSON.stringify(options.progress) : undefined;
  }

  get settledThrough(): number {
    return this.#watermark.position;
  }

  /** How far it is, to be committed and to be gone on from. */
  get progress(): PartitionProgress {
    const offset = this.settledThrough + 1;
    const beyond = [...this.settledBeyond(), ...this.#settledBefore].filter((position) => position >= offset);
    const ofThisWindow = (position: number) => position >= offset && position < offset + MAX_WINDOW;
    const settled = ascending(beyond.filter(ofThisWindow));
    const written = [...this.#resumes].filter(([position]) => ofThisWindow(position));
    const partial = fittingPartial(written);
    // Of the rest a later owner must know at least that they may have been delivered.
    const unfit = this.#options.deduplicate ? [] : written.map(([position]) => position);
    const known = new Set(partial.map(([position]) => position));
    const attempted = ascending(
      [...this.#attempted, ...unfit.filter((position) => !known.has(position))].filter(ofThisWindow),
    );
    const carefulBelow = this.#isUnderWay ? offset + MAX_WINDOW : this.#carefulBelow;
    const event = this.#planning?.event ?? this.#endedOver;
    const planning = event !== undefined && event.offset >= offset ? event : undefined;
    const mark = this.#markAt(
      Math.max(
        offset - 1,
        settled.at(-1) ?? -1,
        attempted.at(-1) ?? -1,
        partial.at(-1)?.[0] ?? -1,
        planning?.offset ?? -1,
      ),
    );
    return {
      offset,
      settled,
      attempted,
      ...(partial.length > 0 && { partial }),
      ...(mark !== undefined && { mark }),
      ...(carefulBelow > offset && { carefulBelow }),
      ...(planning !== undefined && { planning }),
    };
  }

  /** Of the batch, or of one before: the log is the same as long as the later one is in its place. */
  #markAt(offset: number): LogMark | undefined {
    const { progress, markAt } = this.#options;
    const mark = markAt(offset);
    if (mark === undefined || progress.mark === undefined) return mark ?? progress.mark;
    return mark.offset > progress.mark.offset ? mark : progress.mark;
  }

  settledBeyond(): number[] {
    return this.#watermark.settledBeyond();
  }

  isSettled(position: number): boolean {
    return this.#settledBefore.has(position);
  }

  wasInFlight(position: number): boolean {
    return this.#attemptedBefore.has(position);
  }

  resumeOf(position: number): string | undefined {
    return this.#resumes.get(position);
  }

  /** @throws FencedError as {@link attempt} does */
  async progressed(position: number, resume: string): Promise<void> {
    this.#attempted.delete(position);
    this.#resumes.set(position, resume);
    // Deduplicated, the record may be written again: the next commit is soon enough.
    if (this.#options.deduplicate) return;
    try {
      await this.commit();
    } catch (error) {
      this.#options.onFenced();
      throw error;
    }
  }

  hasEndedRuns(position: number): boolean {
    return position === this.#endedOver?.offset && this.#endedOver.runs >= MAX_ENDED_RUNS;
  }

  /**
   * Commits that an event is being planned, if an event thereabouts has ended the last owner's process. If the broker does not take
   * it, the batch ends.
   */
  planning(position: number): Promise<void> | void {
    if (position < this.#carefulBelow) return this.#planWithCare(position);
  }

  /** Commits that it has been planned, too. Until then no other event, of whatever partition, is planned with care. */
  planned(): void {
    if (this.#planning === undefined) return;
    const { endTurn } = this.#planning;
    this.#planning = undefined;
    void this.commit().catch(this.#options.onFenced).then(endTurn);
  }

  async #planWithCare(offset: number): Promise<void> {
    const endTurn = await this.#options.turns.take();
    const endedBefore = offset === this.#endedOver?.offset ? this.#endedOver.runs : 0;
    this.#planning = { event: { offset, runs: endedBefore + 1 }, endTurn };
    await this.commit().catch(this.#options.onFenced);
  }

  /** A position may have been delivered, as its message says: it is not to be sent where a repeat would not be safe. */
  doubt(position: number): void {
    this.#attemptedBefore.add(position);
  }

  begin(position: number): void {
    // Offsets that are missing are gone: by retention, by compaction, or as the end of a transaction.
    this.#watermark.passTo(position);
    this.#watermark.begin(position);
  }

  /** @throws FencedError if the partition is not this worker's any more, or that cannot be found out */
  async attempt(position: number, isHarmless = false): Promise<void> {
    const wasAttempted = this.#attempted.has(position);
    try {
      this.#checkOurs();
      if (this.#options.deduplicate || isHarmless) return;
      this.#attempted.add(position);
      await this.commit();
      // A commit takes its time, and the process may have been halted meanwhile.
      this.#checkOurs();
    } catch (error) {
      if (!wasAttempted) this.#attempted.delete(position);
      this.#options.onFenced();
      throw error;
    }
  }

  /**
   * Commits, with deduplication off, that it may have been sent: after a crash the event is not planned again, but becomes a
   * letter that a replay keeps back. The letter that is about to be written may be replayed before that.
   *
   * @throws FencedError as {@link attempt} does
   */
  beforeDeadLetter(position: number): Promise<void> {
    return this.attempt(position, this.#resumes.has(position));
  }

  withdraw(position: number): void {
    this.#attempted.delete(position);
  }

  settle(position: number): void {
    this.#attempted.delete(position);
    this.#resumes.delete(position);
    this.#settledBefore.delete(position);
    if (position === this.#endedOver?.offset) this.#endedOver = undefined;
    this.#watermark.settle(position);
    this.#onAdvance();
  }

  /**
   * Resolves when a position is near enough to the watermark to be taken up, which is the cap of what is unsettled, or when the
   * signal is aborted.
   */
  async room(position: number, signal: AbortSignal): Promise<void> {
    const wake = () => {
      this.#onAdvance();
    };
    signal.addEventListener("abort", wake, { once: true });
    while (!signal.aborted && this.#watermark.open > 0 && position - this.settledThrough >= MAX_WINDOW) {
      await new Promise<void>((resolve) => (this.#onAdvance = resolve));
    }
    signal.removeEventListener("abort", wake);
  }

  /** The batch is settled, and nothing else stands before a position: what follows its last message is no message. */
  passTo(position: number): void {
    this.#watermark.passTo(position);
  }

  /**
   * Commits how far it is, if that has changed. Those who come while a commit is under way go together with the next one.
   *
   * @throws FencedError if the broker does not take it
   */
  commit(): Promise<void> {
    return (this.#next ??= this.#schedule());
  }

  /**
   * Commits, once, that the batch is under way: if the process ends before that is taken back, a later owner is careful. If the broker
   * does not take it, the batch ends.
   */
  async start(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    await this.commit().catch(this.#options.onFenced);
  }

  /**
   * Commits how far it is, and that the batch is not under way any more.
   *
   * @throws FencedError if the broker does not take it
   */
  close(): Promise<void> {
    this.#isUnderWay = false;
    return this.commit();
  }

  #schedule(): Promise<void> {
    const commit = this.#committing.then(async () => {
      this.#next = undefined;
      this.#checkOurs();
      const { progress } = this;
      const text = JSON.stringify(progress);
      if (text === this.#committed) return;
      try {
        await this.#options.commit(progress);
      } catch (error) {
        throw new FencedError(`The broker did not take a commit: ${(error as Error).message}`, { cause: error });
      }
      this.#committed = text;
    });
    this.#committing = commit.catch(() => undefined);
    return commit;
  }

  #checkOurs(): void {
    if (!this.#options.isOurs()) throw new FencedError("The partition may be another worker's by now");
  }
}

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((one, other) => one - other);
}
