import type { Answer } from "./answer.js";
import { integerWithin, type Check } from "./check.js";
import { gatewayPage } from "./fault-answer.js";
import { headerValue } from "./fault-check.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";

/** How Apollo's API answers while it is away: every request, whatever it is, with the same page of a gateway. */
export interface Outage {
  /**
   * The status, 400 to 599.
   * @defaultValue 503
   */
  readonly status?: number;
  /** The `retry-after` header: seconds, or any text, a date for instance. Without it there is no such header. */
  readonly retryAfter?: number | string;
}

const checks: Readonly<Record<keyof Outage, Check>> = {
  status: integerWithin(400, 599),
  retryAfter: {
    fits: (value) => (typeof value === "number" ? value >= 0 && value < Infinity : headerValue.fits(value)),
    what: "a number of seconds, 0 or more, or the text of a header",
  },
};

/** Throws an `InvalidInputError` that says what is wrong, if the value does not describe an outage. */
export function assertOutage(value: unknown): asserts value is Outage {
  if (!isJsonObject(value)) throw new InvalidInputError("An outage must be an object.");
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw new InvalidInputError(`An outage has no ${unknown}.`);
  for (const [name, { fits, what }] of Object.entries(checks)) {
    const member = value[name];
    if (member !== undefined && !fits(member)) throw new InvalidInputError(`${name} of an outage must be ${what}.`);
  }
}

/** What every caller gets during an outage. */
export function outageAnswer({ status = 503, retryAfter }: Outage): Answer {
  const page = gatewayPage(status);
  if (retryAfter === undefined) return page;
  return { ...page, headers: { ...page.headers, "retry-after": String(retryAfter) } };
}
