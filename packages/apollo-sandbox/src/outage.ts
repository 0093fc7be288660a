import { integerWithin, yesOrNo, type Check } from "./check.js";
import { gatewayPage, type Delivery } from "./fault-answer.js";
import { headerValue } from "./fault-check.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";

/**
 * An outage of Apollo's API: every request gets the same gateway page or, with `reset`, a connection reset, as in the long bursts of
 * resets that Apollo's users report.
 */
export interface Outage {
  /**
   * The status, 400 to 599.
   * @defaultValue 503
   */
  readonly status?: number;
  /** The `retry-after` header: seconds, or any text, such as a date. By default there is no such header. */
  readonly retryAfter?: number | string;
  /**
   * Whether every connection is reset without a response. Then there is no status and no `retry-after`.
   * @defaultValue false
   */
  readonly reset?: boolean;
}

const checks: Readonly<Record<keyof Outage, Check>> = {
  status: integerWithin(400, 599),
  retryAfter: {
    fits: (value) => (typeof value === "number" ? value >= 0 && value < Infinity : headerValue.fits(value)),
    what: "a number of seconds, 0 or more, or a valid header text",
  },
  reset: yesOrNo,
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
  const needless = value.reset === true ? Object.keys(value).find((name) => name !== "reset") : undefined;
  if (needless !== undefined) throw new InvalidInputError(`An outage that resets connections has no ${needless}.`);
}

/** What every caller gets during an outage. */
export function outageDelivery({ status = 503, retryAfter, reset = false }: Outage): Delivery {
  if (reset) return { kind: "reset" };
  const page = gatewayPage(status);
  const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return { kind: "whole", answer: { ...page, headers: { ...page.headers, ...headers } } };
}
