/** One quota window: how many calls it allows, how many it has seen, and how many are left. */
export interface RateLimitWindow {
  /** How many calls the window allows. */
  readonly limit: number;
  /** How many calls it has seen. */
  readonly used: number;
  /** How many calls are left until it closes. */
  readonly left: number;
}

/**
 * Apollo's three quota windows, as an answer's headers tell them. `null` means unlimited or unknown, never "nothing left".
 *
 * All three are counted at once, for a team and an endpoint. A window opens with its first call, not with the clock.
 */
export interface RateLimit {
  /** The calls of a minute. */
  readonly minute: RateLimitWindow | null;
  /** The calls of an hour. */
  readonly hour: RateLimitWindow | null;
  /** The calls of 24 hours. */
  readonly day: RateLimitWindow | null;
}

/** The names that a window goes by in the headers. Apollo has spelled those of the day in two ways. */
const WINDOW_NAMES = {
  minute: ["minute"],
  hour: ["hourly"],
  day: ["24-hour", "daily"],
} as const satisfies Record<keyof RateLimit, readonly string[]>;

/** Reads the quota from an answer's headers. */
export function readRateLimit(headers: Headers): RateLimit {
  return {
    minute: readWindow(headers, "minute"),
    hour: readWindow(headers, "hour"),
    day: readWindow(headers, "day"),
  };
}

function readWindow(headers: Headers, window: keyof RateLimit): RateLimitWindow | null {
  for (const name of WINDOW_NAMES[window]) {
    const limit = readCount(headers, `x-rate-limit-${name}`);
    if (limit === undefined) continue;
    const used = readCount(headers, `x-${name}-usage`);
    const left = readCount(headers, `x-${name}-requests-left`);
    // Unlimited windows have an empty limit and no counts. One count tells the other; without any nothing is known.
    if (used !== undefined) return { limit, used, left: left ?? Math.max(0, limit - used) };
    if (left !== undefined) return { limit, used: Math.max(0, limit - left), left };
  }
  return null;
}

function readCount(headers: Headers, name: string): number | undefined {
  const value = headers.get(name)?.trim();
  return value && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
