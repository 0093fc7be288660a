import { setImmediate } from "node:timers/promises";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test lets time pass. */
export class FakeClock {
  #nowMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  readonly now = () => this.#nowMs;

  /** Resolves after `ms` milliseconds of this clock; rejects as soon as `signal` is aborted. */
  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper = { until: this.#nowMs + ms, wake };
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(new Error("aborted"));
      };
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleepers.add(sleeper);
    });

  /** Lets time pass, and waits for what comes of it. */
  async pass(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      await setImmediate();
      const [next] = [...this.#sleepers].sort((one, other) => one.until - other.until);
      if (next === undefined || next.until > end) break;
      this.#sleepers.delete(next);
      this.#nowMs = next.until;
      next.wake();
    }
    this.#nowMs = end;
    await setImmediate();
  }
}
