/**
 * A longer wait is a mistake. Longer than any that the client makes, so that none is made too short; and short enough for the end
 * of the wait to be a date.
 */
export declare const MAX_RETRY_AFTER_MS: number;
/**
 * How long a `retry-after` header asks to wait, in milliseconds: seconds, fractions of a second, or an HTTP date; the longest
 * of several, and at most a year.
 * `undefined` where there is none or it cannot be read: a malformed header must not stand in the way of a repeat.
 */
export declare function readRetryAfter(headers: Headers, nowMs: number): number | undefined;
//# sourceMappingURL=retry-after.d.ts.map
