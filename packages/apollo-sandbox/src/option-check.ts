import { integerWithin, oneOrMore, yesOrNo, type Check } from "./check.js";
import { longestDelayMs } from "./clock.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";
import type { SandboxOptions } from "./sandbox.js";

/** What each option must be. */
const checks: Readonly<Record<Exclude<keyof SandboxOptions, "keys" | "plan">, Check>> = {
  port: integerWithin(0, 65_535),
  // Node takes an empty one for all interfaces.
  host: {
    fits: (value) => typeof value === "string" && value.trim() !== "",
    what: "an address or a host name, such as 127.0.0.1 for this machine only",
  },
  matchDelayMs: integerWithin(0, longestDelayMs),
  clock: {
    fits: (value) => isJsonObject(value) && typeof value.now === "function" && typeof value.sleep === "function",
    what: "an object with the methods now and sleep",
  },
  maxRequests: oneOrMore,
  planWithoutApi: yesOrNo,
  dailyHeaders: { fits: (value) => value === "24-hour" || value === "daily", what: '"24-hour" or "daily"' },
};

/** Throws an `InvalidInputError` if an option cannot be used. The plan and the keys are checked where they are read. */
export function assertOptions(options: SandboxOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [name, { fits, what }] of Object.entries(checks)) {
    if (given[name] !== undefined && !fits(given[name])) throw new InvalidInputError(`${name} must be ${what}.`);
  }
}
