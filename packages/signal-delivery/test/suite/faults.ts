import type { Fault, Sandbox } from "@datafly/apollo-sandbox";

import type { Random } from "./random.js";

/** What can go wrong with a call, by what it is called in the tests. None of it stops the line. */
export const PASSING_FAULTS = {
  "a connection that is reset before the write": { kind: "reset", written: false },
  "a connection that is reset after the write": { kind: "reset", written: true },
  "a gateway's page before the write": { kind: "html", written: false },
  "a gateway's page after the write": { kind: "html", written: true },
  "a gateway's page with status 200, after the write": { kind: "html", status: 200, written: true },
  "an answer that is broken off, after the write": { kind: "garbage", written: true },
  "an answer that is broken off, without a write": { kind: "garbage", written: false },
  "an empty answer after the write": { kind: "empty", written: true },
  "an empty answer without a write": { kind: "empty", written: false },
  "an error of the server before the write": { kind: "status", status: 503 },
  "an error of the server after the write": { kind: "status", status: 500, written: true },
  "a time-out of the server after the write": { kind: "status", status: 408, written: true },
  "a refusal of the contact": { kind: "status", status: 422 },
  "a refusal for the quota": { kind: "status", status: 429, headers: { "retry-after": "0.05" } },
  "a slow answer": { kind: "slow", delayMs: 20 },
} as const satisfies Record<string, Fault>;

/** What stops the line until somebody has put it right. */
export const STOPPING_FAULTS = {
  "a redirect": { kind: "redirect", location: "http://127.0.0.1:9/" },
  "a key that is not accepted": { kind: "status", status: 401 },
  "a plan without access": { kind: "status", status: 403 },
} as const satisfies Record<string, Fault>;

/** An answer as it should be. Planted, so that others strike in between. */
const NOTHING_WRONG: Fault = { kind: "slow", delayMs: 0 };

/** Lets something go wrong with a share of the next calls. */
export function plantAtRate(
  sandbox: Pick<Sandbox, "failNext">,
  faults: readonly [Fault, ...Fault[]],
  { rate, calls, random }: { readonly rate: number; readonly calls: number; readonly random: Random },
): void {
  for (let call = 0; call < calls; call++) {
    sandbox.failNext(random.chance(rate) ? random.pick(faults) : NOTHING_WRONG);
  }
}
