import type { Clock } from "@datafly/apollo-sandbox";

/** Time that jumps to the next sleeper's hour as soon as nothing else is going on. */
export class VirtualTime implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #sleepers = new Set<{ readonly wakeAt: number; readonly wake: () => void }>();
  /** Work that goes on in real time meanwhile: a request over HTTP. */
  #busy = 0;

  now = (): number => this.#now;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = {
        wakeAt: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        this.#sleepers.delete(sleeper);
        reject(new Error("aborted"));
      });
    });

  /** Does something that takes real time, and no virtual time at all. */
  async real<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  /** Lets time pass until the work is done. */
  async passUntil<T>(work: Promise<T>): Promise<T> {
    const state = { done: false };
    const end = work.finally(() => {
      state.done = true;
    });
    void end.catch(() => undefined);
    while (!state.done) {
      await this.#quiet();
      this.#jump();
    }
    return end;
  }

  /** Goes to the hour of the next sleeper, and wakes all who are due then. */
  #jump(): void {
    const wakeAt = Math.min(...[...this.#sleepers].map((sleeper) => sleeper.wakeAt));
    if (this.#busy > 0 || wakeAt === Infinity) return;
    this.#now = Math.max(this.#now, wakeAt);
    for (const sleeper of [...this.#sleepers]) if (sleeper.wakeAt <= this.#now) sleeper.wake();
  }

  /** Resolves when all that could go on without time passing has gone on. */
  async #quiet(): Promise<void> {
    for (let turn = 0; turn < 3 || this.#busy > 0; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}
