import { once } from "node:events";

import type { OutputStream } from "../io.js";
import { terminalColumns } from "./terminal-columns.js";

/** A stream to write to, that may be slow and may go away. */
export class Output {
  readonly #stream: OutputStream;
  #onGone: (() => void) | undefined;
  #gone = false;
  #writing: Promise<void> = Promise.resolve();
  readonly #letGo = new AbortController();

  /** @param onGone called once when nobody reads any more: `head` has seen enough, a pager was closed */
  constructor(stream: OutputStream, onGone?: () => void) {
    this.#stream = stream;
    this.#onGone = onGone;
    // Without a listener, an error of the stream would end the process.
    stream.on("error", () => {
      this.#gone = true;
      this.#onGone?.();
      this.#onGone = undefined;
    });
  }

  /** Whether nobody reads any more. */
  get isGone(): boolean {
    return this.#gone;
  }

  /** Whether a person may be looking. */
  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  /** How many columns the terminal has; `undefined` where it is none. */
  get columns(): number | undefined {
    return terminalColumns(this.#stream);
  }

  /** Writes a line. Resolves when there is room for the next: a slow reader slows the writer down. */
  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** Writes a text as it is. */
  write(text: string): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  /** Waits for its reader no longer. */
  letGo(): void {
    this.#letGo.abort();
  }

  async #write(text: string): Promise<void> {
    if (this.#gone || this.#stream.write(text)) return;
    // Rejects on an error of the stream, of which the listener above takes care, and when it is let go.
    await once(this.#stream, "drain", { signal: this.#letGo.signal }).catch(() => undefined);
  }
}
