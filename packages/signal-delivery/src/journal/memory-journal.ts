import { Watermark } from "./watermark.js";
import type { Journal } from "./journal.js";

/** The journal of a source that cannot be read again: it knows this run alone. */
export class MemoryJournal implements Journal {
  readonly keepsProgress = false;
  readonly #watermark = new Watermark();

  get settledThrough(): number {
    return this.#watermark.position;
  }

  settledBeyond(): number[] {
    return this.#watermark.settledBeyond();
  }

  isSettled(): boolean {
    return false;
  }

  wasInFlight(): boolean {
    return false;
  }

  resumeOf(): undefined {
    return undefined;
  }

  progressed(): Promise<void> {
    return Promise.resolve();
  }

  hasEndedRuns(): boolean {
    return false;
  }

  planning(): void {
    // No later run would ask.
  }

  planned(): void {
    // As above.
  }

  begin(position: number): void {
    this.#watermark.begin(position);
  }

  attempt(): Promise<void> {
    return Promise.resolve();
  }

  beforeDeadLetter(): Promise<void> {
    // A source that cannot be read again brings no event twice.
    return Promise.resolve();
  }

  withdraw(): void {
    // Nothing of this run is asked for later.
  }

  settle(position: number): void {
    this.#watermark.settle(position);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
