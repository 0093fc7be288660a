import { planDelivery, type ContactField, type PlanSettings } from "@datafly/signal-apollo-connector";
import { withTraits } from "../../../../examples/events/events.js";

/** Which trait the default blueprint fills a field from. */
const TRAITS = {
  first_name: "first_name",
  last_name: "last_name",
  email: "email",
  organization_name: "company",
  title: "title",
  mobile_phone: "phone",
  website_url: "website",
} as const satisfies Partial<Record<ContactField, string>>;

/** A field that the default blueprint fills from a trait. */
export type TraitField = keyof typeof TRAITS;

/** What becomes of a value of Tim's traits: what is sent, and the codes of the warnings. */
export interface PlannedValue {
  readonly sent: string | undefined;
  readonly warnings: readonly string[];
}

/** Plans Tim's event with one of his traits replaced. */
export function planValue(field: TraitField, value: unknown, settings: PlanSettings = {}): PlannedValue {
  const decision = planDelivery(withTraits({ [TRAITS[field]]: value }), settings);
  if (decision.action !== "deliver") throw new Error(`Expected a delivery, got ${JSON.stringify(decision)}`);
  return { sent: decision.contact[field], warnings: decision.warnings.map(({ code }) => code) };
}
