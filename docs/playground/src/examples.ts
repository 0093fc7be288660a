import { demoRequested, denied, granted, timsTraits, trackEvent, withTraits } from "../../../examples/events/events.js";
import { jsonText } from "./json-text.js";

/** An event to begin with. */
export interface Example {
  /** What it shows. */
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** The events of the picker: every decision, and the warnings that are met most. The first is what the page begins with. */
export const EXAMPLES = [
  { name: "Demo request, with consent", event: demoRequested() },
  {
    name: "Untidy values, put right",
    event: withTraits({ email: " Tim@Apollo.IO ", phone: "+1 (555) 303-1234", website: "apollo.io" }),
  },
  {
    name: "Sign-up of somebody whose traits stand in the context",
    event: trackEvent("Signed Up", {
      properties: { method: "google" },
      context: { consent: granted, traits: { first_name: "Ада", last_name: "Королёва", email: "ada@orbita.example" } },
    }),
  },
  { name: "Phone number without a country", event: withTraits({ phone: "(212) 555-0187" }) },
  {
    name: "Values that cannot be used",
    event: withTraits({ email: "tim at apollo.io", phone: "call me after 6", website: "n/a", title: { en: "CEO" } }),
  },
  { name: "Consent denied", event: demoRequested({ context: { consent: denied } }) },
  { name: "Consent missing", event: demoRequested({ context: {} }) },
  {
    name: "Consent as the text “true”",
    event: demoRequested({ context: { consent: { canonical: { marketing: "true" } } } }),
  },
  {
    name: "Another event",
    event: trackEvent("Product Viewed", { properties: { product_id: "p-17" }, traits: timsTraits }),
  },
  { name: "No last name", event: demoRequested({ traits: { first_name: "Cher", email: "cher@solo.example" } }) },
  { name: "No event of Signal", event: { event: "Demo Requested", traits: timsTraits } },
] as const satisfies readonly Example[];

/** The text of an example, with what is looked at first: it can be seen without scrolling. */
export function exampleText({ event: { type, event, properties, traits, ...others } }: Example): string {
  return jsonText({ type, event, properties, traits, ...others });
}
