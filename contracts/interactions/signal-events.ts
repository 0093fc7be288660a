// The events that the connector relies on, and those that it must refuse.
import type { CreateContactRequest } from "@datafly/apollo-client";
import { OPT_IN_LABEL, type DropReason, type RejectReason } from "@datafly/signal-apollo-connector";
import { MatchersV3 } from "@pact-foundation/pact";

import { demoRequested, denied, granted, timsTraits, trackEvent } from "../../examples/events/events.js";

const { like, string } = MatchersV3;

/** One kind of event: what the connector looks at in it, and what it must decide. */
export interface MessageInteraction {
  /** Unique within the contract. */
  readonly description: string;
  /** What must stand in the event. Literal where the decision hangs on it, a matcher where any value will do. */
  readonly content: object;
  /** The event that the provider makes. */
  readonly event: Record<string, unknown>;
  readonly decision:
    | { readonly action: "deliver"; readonly contact?: Partial<CreateContactRequest> }
    | { readonly action: "drop"; readonly reason: DropReason }
    | { readonly action: "reject"; readonly reason: RejectReason };
}

const GRANTED = { canonical: { marketing: true } };
const NAMES = { first_name: string("Tim"), last_name: string("Zheng") };
const ANY_TRAITS = like({ ...timsTraits });
const deliver = { action: "deliver" } as const;
const deliverLabelled = (label: string) => ({ ...deliver, contact: { label_names: [OPT_IN_LABEL, label] } });
const traitsInContext = { consent: granted, traits: timsTraits };

/** The events of `signal-events` that `signal-apollo-connector` relies on. */
export const signalEventInteractions: readonly MessageInteraction[] = [
  ...["Lead Generated", "Demo Requested", "Signed Up", "lead_generated", "demo_requested", "signed_up"].map(
    (event) => ({
      description: `${event}, with marketing consent in the canonical view`,
      content: { type: "track", event, traits: ANY_TRAITS, context: { consent: GRANTED } },
      event: demoRequested({ event }),
      decision: deliver,
    }),
  ),
  {
    description: "Demo Requested, with a lead source",
    content: {
      type: "track",
      event: "Demo Requested",
      properties: { lead_source: string("Website demo form") },
      traits: NAMES,
      context: { consent: GRANTED },
    },
    event: demoRequested(),
    decision: deliverLabelled("Website demo form"),
  },
  {
    description: "Signed Up, with a sign-up method",
    content: {
      type: "track",
      event: "Signed Up",
      properties: { signup_method: string("google") },
      traits: NAMES,
      context: { consent: GRANTED },
    },
    event: demoRequested({ event: "Signed Up", properties: { signup_method: "google" } }),
    decision: deliverLabelled("google"),
  },
  {
    description: "Signed Up, with a method",
    content: {
      type: "track",
      event: "Signed Up",
      properties: { method: string("google") },
      traits: NAMES,
      context: { consent: GRANTED },
    },
    event: demoRequested({ event: "Signed Up", properties: { method: "google" } }),
    decision: deliverLabelled("google"),
  },
  {
    description: "signed_up, with a method",
    content: {
      type: "track",
      event: "signed_up",
      properties: { method: string("google") },
      traits: NAMES,
      context: { consent: GRANTED },
    },
    event: demoRequested({ event: "signed_up", properties: { method: "google" } }),
    decision: deliverLabelled("google"),
  },
  {
    description: "Demo Requested, with marketing consent in the older, flat form",
    content: { type: "track", event: "Demo Requested", traits: NAMES, context: { consent: { marketing: true } } },
    event: demoRequested({ context: { consent: { marketing: true } } }),
    decision: deliver,
  },
  {
    description: "Demo Requested, with the traits in its context",
    content: { type: "track", event: "Demo Requested", context: { consent: GRANTED, traits: ANY_TRAITS } },
    event: trackEvent("Demo Requested", { context: traitsInContext }),
    decision: deliver,
  },
  {
    description: "Demo Requested, without identifiers",
    content: {
      type: "track",
      event: "Demo Requested",
      traits: NAMES,
      context: { consent: GRANTED },
      userId: null,
      anonymousId: null,
    },
    event: demoRequested({ userId: null, anonymousId: null, messageId: undefined }),
    decision: deliver,
  },
  {
    description: "Demo Requested, with marketing consent denied",
    content: { type: "track", event: "Demo Requested", context: { consent: { canonical: { marketing: false } } } },
    event: demoRequested({ context: { consent: denied } }),
    decision: { action: "drop", reason: "consent_denied" },
  },
  {
    description: "Demo Requested, with marketing consent denied in the older, flat form",
    content: { type: "track", event: "Demo Requested", context: { consent: { marketing: false } } },
    event: demoRequested({ context: { consent: { marketing: false } } }),
    decision: { action: "drop", reason: "consent_denied" },
  },
  {
    description: "Demo Requested, with marketing consent as a text",
    content: { type: "track", event: "Demo Requested", context: { consent: { canonical: { marketing: "true" } } } },
    event: demoRequested({ context: { consent: { canonical: { marketing: "true" } } } }),
    decision: { action: "drop", reason: "consent_missing" },
  },
  {
    description: "Demo Requested, with a canonical view without marketing beside the older, flat form",
    content: {
      type: "track",
      event: "Demo Requested",
      context: { consent: { canonical: { essential: true }, marketing: true } },
    },
    event: demoRequested({ context: { consent: { canonical: { essential: true }, marketing: true } } }),
    decision: { action: "drop", reason: "consent_missing" },
  },
  {
    description: "Demo Requested, of a visitor who was never asked",
    content: { type: "track", event: "Demo Requested", context: like({ locale: "en-US" }) },
    event: demoRequested({ context: { locale: "en-US" } }),
    decision: { action: "drop", reason: "consent_missing" },
  },
  {
    description: "Product Viewed",
    content: { type: "track", event: "Product Viewed", context: { consent: GRANTED } },
    event: trackEvent("Product Viewed"),
    decision: { action: "drop", reason: "event_not_mapped" },
  },
  {
    description: "a page view",
    content: { type: "page", context: { consent: GRANTED } },
    event: trackEvent("", { type: "page", event: undefined }),
    decision: { action: "drop", reason: "event_not_mapped" },
  },
  {
    description: "Lead Generated, without a last name",
    content: {
      type: "track",
      event: "Lead Generated",
      traits: { first_name: string("Cher") },
      context: { consent: GRANTED },
    },
    event: demoRequested({ event: "Lead Generated", traits: { first_name: "Cher" } }),
    decision: { action: "reject", reason: "missing_name" },
  },
];
