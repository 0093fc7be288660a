import type { Wait } from "../pace/pacer.js";

const QUOTAS = {
  minute: "quota of the minute",
  hour: "hourly quota",
  day: "quota of the day",
  unknown: "quota",
} as const;
/** A quota never takes longer to come back than this: a day, and a minute for what clocks and networks differ by. */
const LONGEST_QUOTA_MS = 86_460_000;

/** Why all calls wait; `undefined` where something has to be put right, which has been said. */
export function reasonOf({ window, allowsNone }: Wait): string | undefined {
  if (window === "setup" || window === "outage") return undefined;
  if (window === "asked") return "Apollo asks for a wait.";
  return allowsNone === true
    ? `Apollo's ${QUOTAS[window]} is 0: it allows no calls.`
    : `Apollo's ${QUOTAS[window]} is used up.`;
}

/** Why a wait is none that is soon over; `undefined` where it is. */
export function quotaProblem(wait: Wait | undefined, nowMs: number): string | undefined {
  if (wait?.allowsNone === true) return reasonOf(wait);
  if (wait === undefined || wait.until - nowMs <= LONGEST_QUOTA_MS) return undefined;
  return `Apollo takes no calls until ${new Date(wait.until).toISOString()}, as its retry-after says.`;
}
