import { setTimeout as wait } from "node:timers/promises";

/** The sandbox's source of time, for quota windows, timestamps and delays. */
export interface Clock {
  /** Returns the current time, in milliseconds since 1970. */
  now(): number;
  /** Resolves after `durationMs` milliseconds. */
  sleep(durationMs: number): Promise<void>;
}

/** The longest that a timer of Node can wait, in milliseconds: beyond it, `setTimeout` fires at once. */
export const longestDelayMs = 2 ** 31 - 1;

/** Real time. A pending sleep does not keep the process alive, so that a closed sandbox lets it end. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (durationMs) => wait(durationMs, undefined, { ref: false }),
};
