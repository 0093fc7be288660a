import type { Io } from "../io.js";

/** A timer takes no more than this many milliseconds, some 24 days; what is longer would be over at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What holds all calls of the process back while Apollo refuses them. */
export class Gate {
  readonly #io: Pick<Io, "now" | "sleep">;
  #opensAt = 0;

  constructor(io: Pick<Io, "now" | "sleep">) {
    this.#io = io;
  }

  /**
   * Closes the gate for a time. Returns when it will open, or `undefined` if it was closed for as long already, give or take
   * a second: calls that were in the air together are refused one shortly after the other.
   */
  closeFor(ms: number): number | undefined {
    const opensAt = this.#io.now() + ms;
    const longerMs = opensAt - this.#opensAt;
    if (longerMs > 0) this.#opensAt = opensAt;
    return longerMs < 1000 ? undefined : opensAt;
  }

  /** Resolves when the gate is open; rejects as soon as `signal` is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    for (let ms = this.#waitMs(); ms > 0; ms = this.#waitMs()) await this.#io.sleep(Math.min(ms, MAX_TIMER_MS), signal);
  }

  #waitMs(): number {
    return this.#opensAt - this.#io.now();
  }
}
