import type { Io } from "../io.js";
import type { Output } from "./output.js";
import type { Tally } from "./tally.js";

/** How often a terminal's status line is drawn. */
const DRAW_EVERY_MS = 100;
/** How often a log gets a line about how far things are. */
const LOG_EVERY_MS = 10_000;
const CLEAR_LINE = "\r\u001b[2K";

/**
 * Says on standard error how far things are: in one line that is drawn again and again on a terminal, in a line now and
 * then elsewhere. Messages go above that line.
 */
export class Progress {
  readonly #output: Output;
  readonly #clock: Pick<Io, "now">;
  #saidAt: number;
  #drawn = false;

  constructor(output: Output, clock: Pick<Io, "now">) {
    this.#output = output;
    this.#clock = clock;
    this.#saidAt = clock.now();
  }

  /** Says how far things are, if it is time to. */
  async update(tally: Tally): Promise<void> {
    const { columns } = this.#output;
    const everyMs = columns === undefined ? LOG_EVERY_MS : DRAW_EVERY_MS;
    if (this.#clock.now() - this.#saidAt < everyMs) return;
    this.#saidAt = this.#clock.now();
    if (columns === undefined) return this.#output.line(tally.toString());
    await this.status(tally.inShort());
  }

  /** Whether there is a terminal with a status line. */
  get isTerminal(): boolean {
    return this.#output.columns !== undefined;
  }

  /** Shows a text in the status line until something else is written. */
  async status(text: string): Promise<void> {
    const { columns } = this.#output;
    if (columns === undefined) return;
    this.#drawn = true;
    // One row is all that is cleared. In its last column some terminals begin the next one.
    await this.#output.write(`${CLEAR_LINE}${text.slice(0, columns - 1)}`);
  }

  /** Takes the status line away, so that something else can be written to the same terminal. */
  async clear(): Promise<void> {
    if (!this.#drawn) return;
    this.#drawn = false;
    await this.#output.write(CLEAR_LINE);
  }

  /** Waits for its reader no longer. */
  letGo(): void {
    this.#output.letGo();
  }

  /** Says something that stays. */
  async say(message: string): Promise<void> {
    await this.clear();
    await this.#output.line(message);
  }
}
