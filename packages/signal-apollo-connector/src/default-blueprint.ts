import { deepFreeze } from "@datafly/signal-connector-kit";

import type { Blueprint } from "./blueprint.js";

/** The label that marks contacts who have consented to marketing, so that they are easy to segment in Apollo. */
export const OPT_IN_LABEL = "Signal - Marketing Opt-in";

/**
 * Signal's blueprint for Apollo: three high-intent events become contacts, with marketing consent. Each event counts under its name and
 * under its id, which is what Datafly.js sends. Traits and properties in camelCase, as other sources send them, are fallbacks.
 *
 * To change it, spread it: `{ ...defaultBlueprint, events: [...defaultBlueprint.events, "Webinar Attended"] }`.
 */
export const defaultBlueprint = /* @__PURE__ */ deepFreeze({
  events: ["Lead Generated", "Demo Requested", "Signed Up", "lead_generated", "demo_requested", "signed_up"],
  consent: "marketing",
  fields: {
    first_name: ["traits.first_name", "traits.firstName"],
    last_name: ["traits.last_name", "traits.lastName"],
    email: "traits.email",
    organization_name: "traits.company",
    title: ["traits.title", "traits.job_title", "traits.jobTitle"],
    mobile_phone: "traits.phone",
    website_url: "traits.website",
  },
  labels: [
    { value: OPT_IN_LABEL, consent: "marketing" },
    ["properties.lead_source", "properties.leadSource"],
    [
      "properties.signup_method",
      "properties.signupMethod",
      // `method` is a common name: only on a sign-up does it certainly mean how the person signed up.
      { path: "properties.method", events: ["Signed Up", "signed_up"] },
    ],
  ],
} as const satisfies Blueprint);
