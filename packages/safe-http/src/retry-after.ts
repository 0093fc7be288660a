const SECONDS = /^\d+(\.\d+)?$/;
/** The three forms of a date in HTTP. All begin with the name of a weekday and have seconds; one names no time zone. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d(?: gmt| \d{4})?$/i;
/** Between the values of a header that was sent more than once; the comma of a date stands before its day. */
const SEPARATOR = /,(?! *\d\d[ -][a-z])/i;

/**
 * A longer wait is a mistake. Longer than any that the client makes, so that none is made too short; and short enough for the end
 * of the wait to be a date.
 */
export const MAX_RETRY_AFTER_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * How long a `retry-after` header asks to wait, in milliseconds: seconds, fractions of a second, or an HTTP date; the longest
 * of several, and at most a year.
 * `undefined` where there is none or it cannot be read: a malformed header must not stand in the way of a repeat.
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  // A date is on the server's clock, so it is measured from the server's own idea of now where the answer tells it.
  const serverNow = parseHttpDate(headers.get("date") ?? "");
  const from = Number.isNaN(serverNow) ? nowMs : serverNow;
  const values = (headers.get("retry-after") ?? "").split(SEPARATOR).map((value) => value.trim());
  const delaysMs = values
    .map((value) => (SECONDS.test(value) ? Math.ceil(Number(value) * 1000) : parseHttpDate(value) - from))
    .filter((delayMs) => !Number.isNaN(delayMs));
  return delaysMs.length === 0 ? undefined : Math.min(Math.max(0, ...delaysMs), MAX_RETRY_AFTER_MS);
}

/** Dates in HTTP are in GMT, whether they say so or not. `Date.parse` would take those that do not for local time. */
function parseHttpDate(value: string): number {
  if (!HTTP_DATE.test(value)) return Number.NaN;
  return Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`);
}
