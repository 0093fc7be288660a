import { setTimeout } from "node:timers/promises";

import { backoffMs } from "@datafly/apollo-client";
import type { FailureClass } from "@datafly/signal-apollo-connector";

import { putSubscriber, type PelicanOptions } from "./client.js";
import { planSubscription, type Decision } from "./plan.js";

/** What became of an event. */
export type Outcome =
  | { readonly status: "delivered"; readonly attempts: number }
  | { readonly status: "dropped" | "rejected"; readonly reason: string }
  | {
      readonly status: "failed";
      /** What the failure asks for: `setup` stops the line, `final` is kept for a person, the others can be tried again. */
      readonly class: FailureClass;
      readonly httpStatus: number | undefined;
      readonly attempts: number;
    };

/** Settings of {@link createPelicanConnector}. */
export interface PelicanSettings extends PelicanOptions {
  /** How often an event is sent at most. */
  readonly maxAttempts?: number;
  /** Waits between attempts; tests put their own in place. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** Makes a connector to Pelican. */
export function createPelicanConnector(settings: PelicanSettings) {
  return {
    plan: planSubscription,
    deliver: (event: unknown) => carryOut(planSubscription(event), settings),
  };
}

async function carryOut(decision: Decision, settings: PelicanSettings): Promise<Outcome> {
  switch (decision.action) {
    case "drop":
      return { status: "dropped", reason: decision.reason };
    case "reject":
      return { status: "rejected", reason: decision.reason };
    case "deliver":
      break;
  }
  const { maxAttempts = 3, sleep = (ms: number) => setTimeout(ms) } = settings;
  for (let attempts = 1; ; attempts++) {
    const attempt = await putSubscriber(settings, decision.subscriber);
    if (attempt.kind === "stored") return { status: "delivered", attempts };
    const again = attempt.kind === "throttle" || attempt.kind === "transient";
    if (!again || attempts >= maxAttempts) {
      return { status: "failed", class: attempt.kind, httpStatus: attempt.status, attempts };
    }
    await sleep(backoffMs(attempts, Math.random));
  }
}
