/**
 * Writes lines to one place, in order. Those that come while a write is under way go together with the next one: a disk takes a
 * hundred lines in the time of one.
 */
export class GroupedWrites {
  readonly #write: (text: string) => Promise<void>;
  #lines: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** The write that has not begun yet, which who comes now goes along with. */
  #next: Promise<void> | undefined;

  /** @param write writes a text of whole lines; called anew only when it is done */
  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
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
    const write = this.#writing.then(() => {
      const text = this.#lines.join("");
      this.#lines = [];
      this.#next = undefined;
      return this.#write(text);
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }
}
