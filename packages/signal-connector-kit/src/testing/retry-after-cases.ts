import { ensure, type ConformanceCase } from "./conformance-case.js";
import { statusMeanings } from "./fault.js";
import { answer, type Respond } from "./hostile-server.js";
import { sendOnce } from "./send-once.js";
import type { Suite } from "./suite.js";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const WAIT_S = 30;

/** A form of `Retry-After`, and what it asks for. */
interface Form {
  readonly name: string;
  readonly header: (nowMs: number) => Readonly<Record<string, string | readonly string[]>>;
  /** The wait that it asks for, in milliseconds; none if it cannot be read. */
  readonly asksMs?: number;
}

const after = (value: string) => () => ({ "retry-after": value });

const FORMS: readonly Form[] = [
  { name: "seconds", header: after("7"), asksMs: 7_000 },
  { name: "a fraction of a second", header: after("0.25"), asksMs: 250 },
  { name: "no time at all", header: after("0"), asksMs: 0 },
  { name: "an HTTP date", header: (nowMs) => dated(nowMs, (date) => date.toUTCString()), asksMs: WAIT_S * SECOND_MS },
  { name: "a date in the form of RFC 850", header: (nowMs) => dated(nowMs, rfc850), asksMs: WAIT_S * SECOND_MS },
  { name: "a date in the form of asctime", header: (nowMs) => dated(nowMs, asctime), asksMs: WAIT_S * SECOND_MS },
  {
    name: "a date by a clock that is an hour behind",
    header: (nowMs) => dated(nowMs - HOUR_MS, (date) => date.toUTCString()),
    asksMs: WAIT_S * SECOND_MS,
  },
  { name: "a date that has passed", header: after("Wed, 21 Oct 2015 07:28:00 GMT"), asksMs: 0 },
  { name: "two values", header: () => ({ "retry-after": ["5", "9"] }), asksMs: 9_000 },
  { name: "more seconds than a timer holds", header: after("3000000"), asksMs: 3_000_000_000 },
  { name: "more seconds than make sense", header: after("9".repeat(400)), asksMs: 24 * HOUR_MS },
  ...["", "soon", "-5", "NaN", "Infinity", "1e999", "0x10", "12 parsecs", "Someday, 99 Foo 2099"].map((value) => ({
    name: `${JSON.stringify(value)}, which cannot be read`,
    header: after(value),
  })),
];

/** Checks that the connector reports how long the vendor asks to wait, and never less. */
export function retryAfterCases<Payload>(suite: Suite<Payload>): readonly ConformanceCase[] {
  const meanings = statusMeanings(suite.statuses);
  const cases = FORMS.map(({ name, header, asksMs }) => ({
    name: `Retry-After: ${name}`,
    run: () => checkForm(suite, 429, header, asksMs),
  }));
  const statuses = [408, 500, 503].filter((status) => meanings.get(status) !== "delivered");
  return [
    ...cases,
    {
      name: "Retry-After: it is reported of every status that can be retried",
      run: async () => {
        for (const status of statuses) await checkForm(suite, status, after("7"), 7_000);
      },
    },
  ];
}

function checkForm<Payload>(
  suite: Suite<Payload>,
  status: number,
  header: Form["header"],
  asksMs: number | undefined,
): Promise<void> {
  const headers = header(Date.now());
  const respond: Respond = (response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(response, { status, body: { error: "Slow down" } });
  };
  return sendOnce(suite, { respond }, ({ result }) => {
    ensure(result.status === "failed", `The vendor answered ${status}, but the result is delivered.`, "return failed");
    const { retryAfterMs } = result;
    const found = `For ${status} with ${JSON.stringify(headers)}, retryAfterMs is ${String(retryAfterMs)}`;
    if (asksMs === undefined || asksMs === 0) {
      ensure(
        retryAfterMs === undefined || (retryAfterMs >= 0 && retryAfterMs < 24 * HOUR_MS),
        `${found}.`,
        "omit retryAfterMs if Retry-After cannot be read: a malformed header must not stop delivery",
      );
      return;
    }
    // A date has no fractions of a second, and the clock of this machine may be in between two.
    const tolerance = "date" in headers || asksMs === WAIT_S * SECOND_MS ? SECOND_MS : 0;
    ensure(
      retryAfterMs !== undefined && retryAfterMs >= asksMs - tolerance,
      `${found}; the vendor asks for ${asksMs}.`,
      "read seconds, fractions of a second, and the three forms of a date in HTTP, measured from the answer's Date header; take the longest of several, and do not cap: a call is never retried earlier than the server asks",
    );
    ensure(
      asksMs >= 24 * HOUR_MS || retryAfterMs <= asksMs + 2 * SECOND_MS,
      `${found}; the vendor asks for ${asksMs}.`,
      "report the wait that the vendor asks for, in milliseconds",
    );
  });
}

/** A date some time after what the server says is now. */
function dated(nowMs: number, write: (date: Date) => string): Readonly<Record<string, string>> {
  const now = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
  return { date: new Date(now).toUTCString(), "retry-after": write(new Date(now + WAIT_S * SECOND_MS)) };
}

/** `Sunday, 06-Nov-94 08:49:37 GMT` */
function rfc850(date: Date): string {
  const { day, month, year, time } = partsOf(date);
  const weekday =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][date.getUTCDay()] ?? "";
  return `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

/** `Sun Nov  6 08:49:37 1994` */
function asctime(date: Date): string {
  const { weekday, day, month, year, time } = partsOf(date);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}

/** The parts of `Sun, 06 Nov 1994 08:49:37 GMT`. */
function partsOf(date: Date): Record<"weekday" | "day" | "month" | "year" | "time", string> {
  const [weekday = "", day = "", month = "", year = "", time = ""] = date.toUTCString().replace(",", "").split(" ");
  return { weekday, day, month, year, time };
}
