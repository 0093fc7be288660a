import type { Io } from "../io.js";

/** What holds all calls of the process back while Apollo refuses them. */
export class Gate {
  readonly #io: Pick<Io, "now" | "sleep">;
  #opensAt = 0;

  constructor(io: Pick<Io, "now" | "sleep">) {
    this.#io = io;
  }

  /** Closes the gate for a time. Returns when it will open, or `undefined` if it was closed for as long already. */
  closeFor(ms: number): number | undefined {
    const opensAt = this.#io.now() + ms;
    if (opensAt <= this.#opensAt) return undefined;
    this.#opensAt = opensAt;
    return opensAt;
  }

  /** Resolves when the gate is open; rejects as soon as `signal` is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    for (let ms = this.#waitMs(); ms > 0; ms = this.#waitMs()) await this.#io.sleep(ms, signal);
  }

  #waitMs(): number {
    return this.#opensAt - this.#io.now();
  }
}
