import type { Away } from "../stream/stream-options.js";

/** That Apollo is away, in words without personal data; `undefined` if it is not. */
export function awayText(away: Away | undefined): string | undefined {
  if (away === undefined) return undefined;
  return `Apollo has been away since ${new Date(away.since).toISOString()}: ${away.how}.`;
}
