import type { Vendor } from "@datafly/signal-connector-kit";

import type { Wait } from "../pace/pacer.js";

/** What clocks and networks differ by, in milliseconds. */
const MARGIN_MS = 60_000;

/** Why all calls wait; `undefined` if something has to be fixed, which has been said. */
export function reasonOf({ window, allowsNone }: Wait, { name, quotas }: Vendor): string | undefined {
  if (window === "setup" || window === "outage") return undefined;
  if (window === "asked") return `${name} asks for a wait.`;
  const { title } = quotas.find((quota) => quota.name === window) ?? { title: "quota" };
  return allowsNone === true ? `${name}'s ${title} is 0: it allows no calls.` : `${name}'s ${title} is used up.`;
}

/** Why a wait will not soon be over; `undefined` if it will. No quota takes longer to come back than its window lasts. */
export function quotaProblem(wait: Wait | undefined, vendor: Vendor, nowMs: number): string | undefined {
  if (wait?.allowsNone === true) return reasonOf(wait, vendor);
  const longestMs = vendor.quotas.at(-1)?.lengthMs ?? 0;
  if (wait === undefined || wait.until - nowMs <= longestMs + MARGIN_MS) return undefined;
  return `${vendor.name} takes no calls until ${new Date(wait.until).toISOString()}, as its retry-after says.`;
}
