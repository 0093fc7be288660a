/** The bounds of a backoff. */
export interface BackoffOptions {
  /**
   * The most that is waited for after the first failure, in milliseconds. Doubles with each failure after it.
   * @default 500
   */
  readonly baseMs?: number | undefined;
  /**
   * The most that is ever waited for, in milliseconds.
   * @default 8_000
   */
  readonly capMs?: number | undefined;
}
/**
 * How long to wait before a repeat, in milliseconds: exponential and capped, with full jitter, so that many callers who failed
 * together do not come back together.
 *
 * @param failures how many attempts have failed, from 1
 * @param random a number from 0 up to, but not including, 1
 */
export declare function backoffMs(failures: number, random: () => number, options?: BackoffOptions): number;
//# sourceMappingURL=backoff.d.ts.map
