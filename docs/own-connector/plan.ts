import { readConsent, signalEventSchema } from "@datafly/signal-apollo-connector";

import { blueprint, mapSubscriber, type Subscriber } from "./mapping.js";

/** What is to be done with an event. */
export type Decision =
  | { readonly action: "deliver"; readonly subscriber: Subscriber }
  | { readonly action: "drop"; readonly reason: "event_not_mapped" | "consent_denied" | "consent_missing" }
  | { readonly action: "reject"; readonly reason: "invalid_event" | "missing_email" };

/** Decides what is to be done with an event. Pure: no I/O, no clock. */
export function planSubscription(event: unknown): Decision {
  const parsed = signalEventSchema.safeParse(event);
  if (!parsed.success) return { action: "reject", reason: "invalid_event" };

  const { type, event: name } = parsed.data;
  if (type !== "track" || typeof name !== "string" || !blueprint.events.includes(name)) {
    return { action: "drop", reason: "event_not_mapped" };
  }

  const consent = readConsent(event, blueprint.consent);
  if (consent !== "granted") return { action: "drop", reason: `consent_${consent}` };

  const { email, ...rest } = mapSubscriber(parsed.data);
  if (email === undefined) return { action: "reject", reason: "missing_email" };
  return { action: "deliver", subscriber: { email, ...rest } };
}
