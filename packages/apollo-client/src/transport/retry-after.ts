/** Seconds; several, where the header was sent more than once. */
const SECONDS = /^\d+(\.\d+)?(, *\d+(\.\d+)?)*$/;
// The three forms of a date in HTTP all begin with the name of a weekday.
const HTTP_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;
/** What a date ends with that names no time zone, as one of the three forms does. */
const WITHOUT_ZONE = /\d\d:\d\d:\d\d(?: \d{4})?$/;

/**
 * How long a `retry-after` header asks to wait, in milliseconds: seconds, fractions of a second, or an HTTP date; the longest
 * of several.
 * `undefined` where there is none or it cannot be read: a malformed header must not stand in the way of a repeat.
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  // A number of any length stays a number that JSON can hold.
  if (SECONDS.test(value)) {
    const seconds = Math.max(...value.split(",").map(Number));
    return Math.min(Math.ceil(seconds * 1000), Number.MAX_SAFE_INTEGER);
  }
  if (!HTTP_DATE.test(value)) return undefined;

  const until = parseHttpDate(value);
  // A date is on the server's clock, so it is measured from the server's own idea of now where the answer tells it.
  const serverNow = parseHttpDate(headers.get("date") ?? "");
  const delayMs = until - (Number.isNaN(serverNow) ? nowMs : serverNow);
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs);
}

/** Dates in HTTP are in GMT, whether they say so or not. `Date.parse` would take those that do not for local time. */
function parseHttpDate(value: string): number {
  return Date.parse(WITHOUT_ZONE.test(value) ? `${value} GMT` : value);
}
