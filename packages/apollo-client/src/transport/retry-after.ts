const SECONDS = /^\d+(\.\d+)?$/;
// The three forms of a date in HTTP all begin with the name of a weekday.
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;

/**
 * How long a `retry-after` header asks to wait, in milliseconds: seconds, fractions of a second, or an HTTP date.
 * `undefined` where there is none or it cannot be read: a malformed header must not stand in the way of a repeat.
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (SECONDS.test(value)) return Math.ceil(Number(value) * 1000);
  if (!HTTP_DATE.test(value)) return undefined;

  const until = Date.parse(value);
  // A date is on the server's clock, so it is measured from the server's own idea of now where the answer tells it.
  const serverNow = Date.parse(headers.get("date") ?? "");
  const delayMs = until - (Number.isNaN(serverNow) ? nowMs : serverNow);
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}
