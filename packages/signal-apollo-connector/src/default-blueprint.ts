import { deepFreeze } from "@datafly/signal-connector-kit";

import type { Blueprint } from "./blueprint.js";

/** The label that marks contacts who have consented to marketing, so that they are easy to segment in Apollo. */
export const OPT_IN_LABEL = "Signal - Marketing Opt-in";

/**
 * Signal's blueprint for Apollo: three high-intent events become contacts, with marketing consent.
 *
 * To change it, spread it: `{ ...defaultBlueprint, events: [...defaultBlueprint.events, "Webinar Attended"] }`.
 */
export const defaultBlueprint = deepFreeze({
  events: ["Lead Generated", "Demo Requested", "Signed Up"],
  consent: "marketing",
  fields: {
    first_name: "traits.first_name",
    last_name: "traits.last_name",
    email: "traits.email",
    organization_name: "traits.company",
    title: "traits.title",
    mobile_phone: "traits.phone",
    website_url: "traits.website",
  },
  labels: [
    { value: OPT_IN_LABEL, consent: "marketing" },
    "properties.lead_source",
    // `method` is a common name: only on a sign-up does it certainly mean how the person signed up.
    ["properties.signup_method", { path: "properties.method", events: ["Signed Up"] }],
  ],
} as const satisfies Blueprint);
