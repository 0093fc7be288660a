/**
 * Writes lines to one place, in order. Those that come while a write is under way go together with the next one: a disk takes a
 * hundred lines in the time of one.
 */
export class GroupedWrites {
  readonly #write: (text: string) => Promise<void>;
  readonly #pauseMs: number;
  #lines: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** Resolves when the next write may begin. */
  #paused: Promise<void> = Promise.resolve();
  /** The write that has not begun yet, which who comes now goes along with. */
  #next: Promise<void> | undefined;

  /**
   * @param write writes a text of whole lines; called anew only when it is done
   * @param pauseMs how long to wait after a write before the next, in milliseconds, so that more lines go together. A line after a
   * longer break is written at once. Default: 0
   */
  constructor(write: (text: string) => Promise<void>, pauseMs = 0) {
    this.#write = write;
    this.#pauseMs = pauseMs;
  }

  /** Writes a line. Resolves when it is written; rejects if the write that it went along with failed. */
  add(line: string): Promise<void> {
    this.#lines.push(`${line}\n`);
    return (this.#next ??= this.#schedule());
  }

  /** Resolves when nothing is being written any more. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  #schedule(): Promise<void> {
    const write = this.#paused.then(() => {
      const text = this.#lines.join("");
      this.#lines = [];
      this.#next = undefined;
      return this.#write(text);
    });
    this.#writing = write.catch(() => undefined);
    this.#paused = this.#pauseMs === 0 ? this.#writing : this.#writing.then(() => this.#pause());
    return write;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, this.#pauseMs);
    });
  }
}
