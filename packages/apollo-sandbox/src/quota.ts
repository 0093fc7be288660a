import type { Clock } from "./clock.js";
import type { Plan } from "./plan.js";

/** The spelling of the 24-hour window's headers: `x-24-hour-…` or, as in earlier responses of Apollo, `x-daily-…`. */
export type DailyHeaders = "24-hour" | "daily";

/** The current state of one quota window. */
export interface WindowUsage {
  /** Calls that the window allows; `null` means no limit. */
  readonly limit: number | null;
  /** Calls counted since the window opened. */
  readonly used: number;
  /** Calls left; `null` means no limit. */
  readonly left: number | null;
  /** Milliseconds until the window closes; `null` while it is not open. */
  readonly resetsInMs: number | null;
}

/** The three windows that every call is counted in. */
export type QuotaUsage = Readonly<Record<keyof Plan, WindowUsage>>;

/** Why a call is refused, and when it may be retried. */
export interface Exhaustion {
  readonly limit: number;
  /** The window, as Apollo's message names it. */
  readonly window: keyof Plan;
  /** Milliseconds until every exhausted window has closed. */
  readonly resetsInMs: number;
}

interface Window {
  readonly name: keyof Plan;
  readonly lengthMs: number;
  /** How the names of the window's headers spell it. */
  readonly spelling: string;
  /** `null` until the first call, and again once the window's length has passed. */
  openedAtMs: number | null;
  used: number;
}

/** Fixed windows that open at their first call, so they are not aligned to the clock. */
export class Quota {
  readonly #clock: Clock;
  readonly #windows: Readonly<Record<keyof Plan, Window>>;
  #plan: Plan;

  constructor(plan: Plan, clock: Clock, dailyHeaders: DailyHeaders) {
    this.#plan = plan;
    this.#clock = clock;
    const closed = { openedAtMs: null, used: 0 };
    this.#windows = {
      minute: { ...closed, name: "minute", lengthMs: 60_000, spelling: "minute" },
      hour: { ...closed, name: "hour", lengthMs: 3_600_000, spelling: "hourly" },
      day: { ...closed, name: "day", lengthMs: 86_400_000, spelling: dailyHeaders },
    };
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** Changes the limits. What has been used stays used, as when a team changes its plan. */
  usePlan(plan: Plan): void {
    this.#plan = plan;
  }

  /** Counts one call in every window, and opens those that are not open. */
  count(): void {
    for (const window of this.#current()) {
      window.openedAtMs ??= this.#clock.now();
      window.used += 1;
    }
  }

  /** The exhausted window that stays shut the longest, or `undefined` while a call is allowed. */
  exhaustion(): Exhaustion | undefined {
    let longest: Exhaustion | undefined;
    for (const window of this.#current()) {
      const limit = this.#plan[window.name];
      if (limit === null || window.used < limit) continue;
      const resetsInMs = this.#resetsInMs(window) ?? window.lengthMs;
      if (longest === undefined || resetsInMs > longest.resetsInMs)
        longest = { limit, window: window.name, resetsInMs };
    }
    return longest;
  }

  /** The state of the three windows. */
  usage(): QuotaUsage {
    this.#current();
    const { minute, hour, day } = this.#windows;
    return { minute: this.#usageOf(minute), hour: this.#usageOf(hour), day: this.#usageOf(day) };
  }

  /** The headers that tell a caller of the quota. A window without a limit has an empty one, and no counts. */
  headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const window of this.#current()) {
      const { limit, used, left } = this.#usageOf(window);
      headers[`x-rate-limit-${window.spelling}`] = String(limit ?? "");
      if (left === null) continue;
      headers[`x-${window.spelling}-usage`] = String(used);
      headers[`x-${window.spelling}-requests-left`] = String(left);
    }
    return headers;
  }

  /** The windows, those closed whose time is over. */
  #current(): readonly Window[] {
    const windows = Object.values(this.#windows);
    for (const window of windows) {
      const resetsInMs = this.#resetsInMs(window);
      if (resetsInMs === null || resetsInMs > 0) continue;
      window.openedAtMs = null;
      window.used = 0;
    }
    return windows;
  }

  #usageOf(window: Window): WindowUsage {
    const limit = this.#plan[window.name];
    const left = limit === null ? null : Math.max(0, limit - window.used);
    return { limit, used: window.used, left, resetsInMs: this.#resetsInMs(window) };
  }

  #resetsInMs(window: Window): number | null {
    return window.openedAtMs === null ? null : window.openedAtMs + window.lengthMs - this.#clock.now();
  }
}
