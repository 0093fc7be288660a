import type { Vendor } from "@datafly/signal-connector-kit";

import type { Away } from "../stream/stream-options.js";

/** That the vendor is away, in words without personal data; `undefined` if it is not. */
export function awayText(away: Away | undefined, { name }: Vendor): string | undefined {
  if (away === undefined) return undefined;
  return `${name} has been away since ${new Date(away.since).toISOString()}: ${away.how}.`;
}
