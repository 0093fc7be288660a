const BASE_MS = 500;
const CAP_MS = 8_000;

/**
 * How long to wait before a repeat: exponential and capped, with full jitter, so that many callers who failed together do
 * not come back together.
 *
 * @param attempts how many attempts have failed, from 1
 * @param random a number from 0 up to, but not including, 1
 */
export function backoffMs(attempts: number, random: () => number): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1)));
}
