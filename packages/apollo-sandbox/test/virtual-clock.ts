import type { Clock } from "@datafly/apollo-sandbox";

/** Time that stands still until it is advanced. */
export class VirtualClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  #sleepers: { readonly wakeAtMs: number; readonly wake: () => void }[] = [];

  /** How many calls of `sleep` are waiting. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(durationMs: number): Promise<void> {
    if (durationMs <= 0) return Promise.resolve();
    return new Promise((wake) => {
      this.#sleepers.push({ wakeAtMs: this.#nowMs + durationMs, wake });
    });
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#sleepers.filter(({ wakeAtMs }) => wakeAtMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const { wake } of due) wake();
  }
}
