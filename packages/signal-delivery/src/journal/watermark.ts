/**
 * Which positions of a source are settled: delivered, dropped, or kept as a dead letter. The watermark is the last position
 * of which it and all before it are settled, so that what comes after it is what is left to do.
 */
export class Watermark {
  /** Positions that were begun, in order, and whether they are settled. */
  readonly #open = new Map<number, boolean>();
  #mark: number;

  /** @param mark where an earlier run had come to */
  constructor(mark = 0) {
    this.#mark = mark;
  }

  /** The last position below which, itself included, all is settled; 0 at the start. */
  get position(): number {
    return this.#mark;
  }

  /** How many positions were begun and are not passed by the watermark. */
  get open(): number {
    return this.#open.size;
  }

  /** Positions beyond the watermark that are settled all the same, in order. */
  settledBeyond(): number[] {
    return [...this.#open].filter(([, settled]) => settled).map(([position]) => position);
  }

  /** Positions are begun in the order of the source. */
  begin(position: number): void {
    this.#open.set(position, false);
  }

  /** All before a position that is not begun is done with, or not there. Only where nothing is open. */
  passTo(position: number): void {
    if (this.#open.size === 0) this.#mark = Math.max(this.#mark, position - 1);
  }

  settle(position: number): void {
    this.#open.set(position, true);
    for (const [first, settled] of this.#open) {
      if (!settled) return;
      this.#mark = first;
      this.#open.delete(first);
    }
  }
}
