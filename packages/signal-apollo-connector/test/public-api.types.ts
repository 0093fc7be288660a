// Checked by the compiler alone: what must not compile, and what callers can rely on.
import { expectTypeOf } from "vitest";

import type { CreateContactRequest } from "@datafly/apollo-client";
import {
  createApolloConnector,
  defaultBlueprint,
  planDelivery,
  type ApolloConnector,
  type Blueprint,
  type CheckOutcome,
  type Decision,
  type DropReason,
  type LeadEvent,
  type Outcome,
} from "@datafly/signal-apollo-connector";

expectTypeOf(planDelivery).parameter(0).toBeUnknown();
expectTypeOf(planDelivery).returns.toEqualTypeOf<Decision>();

const decision = planDelivery({});
if (decision.action === "deliver") expectTypeOf(decision.contact).toEqualTypeOf<CreateContactRequest>();
if (decision.action === "drop") expectTypeOf(decision.reason).toEqualTypeOf<DropReason>();
// @ts-expect-error -- a drop has no contact
if (decision.action === "drop") expectTypeOf(decision.contact).toBeObject();

const connector = createApolloConnector({ apiKey: "key" });
expectTypeOf(connector).toEqualTypeOf<ApolloConnector>();
expectTypeOf<ApolloConnector["check"]>().returns.resolves.toEqualTypeOf<CheckOutcome>();
expectTypeOf<ApolloConnector["deliver"]>().returns.resolves.toEqualTypeOf<Outcome>();
// @ts-expect-error -- the key is not optional
createApolloConnector({ deduplicate: true });
// @ts-expect-error -- a setting that does not exist
createApolloConnector({ apiKey: "key", dedupe: true });
// @ts-expect-error -- no country
createApolloConnector({ apiKey: "key", defaultCountry: "Germany" });

expectTypeOf(defaultBlueprint).toExtend<Blueprint>();
// @ts-expect-error -- a field that Apollo does not have
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, frist_name: "traits.first_name" } }) satisfies Blueprint;
// @ts-expect-error -- no place in an event
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, title: "title" } }) satisfies Blueprint;
// @ts-expect-error -- no last name
({ ...defaultBlueprint, fields: { first_name: "traits.first_name" } }) satisfies Blueprint;
({ ...defaultBlueprint, fields: { ...defaultBlueprint.fields, title: undefined } }) satisfies Blueprint;
// @ts-expect-error -- a purpose that Signal does not have
({ ...defaultBlueprint, consent: "ads" }) satisfies Blueprint;

// For those who write events. Those who read them take anything.
expectTypeOf<ApolloConnector["plan"]>().parameter(0).toBeUnknown();
expectTypeOf<ApolloConnector["deliver"]>().parameter(0).toBeUnknown();
expectTypeOf<LeadEvent["event"]>().toEqualTypeOf<
  "Lead Generated" | "Demo Requested" | "Signed Up" | "lead_generated" | "demo_requested" | "signed_up"
>();

const traits = { first_name: "Tim", last_name: "Zheng" };
const context = { consent: { canonical: { marketing: true } } };
const lead = { type: "track", event: "Lead Generated", traits, context } as const;
lead satisfies LeadEvent;
({
  type: "track",
  event: "Demo Requested",
  traits: {
    first_name: "Tim",
    last_name: "Zheng",
    email: "tim@apollo.io",
    company: null,
    job_title: "CEO",
    phone: 15553031234,
  },
  properties: { lead_source: "Website demo form" },
  context: {
    consent: { canonical: { marketing: false, analytics: true }, categories: { all: true } },
    page: { url: "https://www.example.com/demo" },
    locale: "en-US",
  },
  messageId: "m1",
  userId: null,
  timestamp: "2026-02-25T14:30:00.000Z",
}) satisfies LeadEvent;
({ type: "track", event: "signed_up", traits, properties: { method: "google" }, context }) satisfies LeadEvent;
// What else there is goes in by a spread.
({ ...lead, traits: { ...{ shoe_size: 42 }, ...traits } }) satisfies LeadEvent;

// @ts-expect-error -- a misspelt part
({ type: "track", evnt: "Lead Generated", traits, context }) satisfies LeadEvent;
// @ts-expect-error -- a wrong event name
({ type: "track", event: "Demo requested", traits, context }) satisfies LeadEvent;
// @ts-expect-error -- only track events become contacts
({ type: "page", event: "Demo Requested", traits, context }) satisfies LeadEvent;
// @ts-expect-error -- no last name
({ type: "track", event: "Lead Generated", traits: { first_name: "Tim" }, context }) satisfies LeadEvent;
({
  ...lead,
  // @ts-expect-error -- a misspelt trait
  traits: { frst: "Tim", first_name: "Tim", last_name: "Zheng" },
}) satisfies LeadEvent;
// @ts-expect-error -- a misspelt trait, and no first name
({ type: "track", event: "Lead Generated", traits: { frst: "Tim", last_name: "Zheng" }, context }) satisfies LeadEvent;
({
  ...lead,
  // @ts-expect-error -- a trait that is not a text
  traits: { first_name: "Tim", last_name: "Zheng", email: true },
}) satisfies LeadEvent;
({
  ...lead,
  // @ts-expect-error -- a misspelt property
  properties: { lead_sorce: "Ads" },
}) satisfies LeadEvent;
({
  ...lead,
  // @ts-expect-error -- only a sign-up has a method
  properties: { method: "google" },
}) satisfies LeadEvent;
// @ts-expect-error -- no consent, granted or not
({ type: "track", event: "Lead Generated", traits }) satisfies LeadEvent;
// @ts-expect-error -- consent is a boolean
({ ...lead, context: { consent: { canonical: { marketing: "true" } } } }) satisfies LeadEvent;
// @ts-expect-error -- a purpose that Signal does not have
({ ...lead, context: { consent: { canonical: { marketing: true, ads: true } } } }) satisfies LeadEvent;

// A blueprint of one's own has events of its own.
const webinar = {
  events: ["Webinar Attended"],
  consent: "analytics",
  fields: {
    first_name: { path: "traits.name", part: "first" },
    last_name: [{ path: "traits.name", part: "last" }, "traits.last_name"],
    organization_name: ["traits.company.name", "traits.company"],
    title: { value: "Guest" },
    present_raw_address: "context.geo.city",
  },
  typed_custom_fields: { "66f1c0ffee0000000000c001": "properties.paid" },
  labels: [],
} as const satisfies Blueprint;
const attended = {
  type: "track",
  event: "Webinar Attended",
  traits: { name: "Tim Zheng", company: { name: "Apollo" } },
  properties: { paid: true },
  context: { consent: { canonical: { analytics: true } }, geo: { city: "London" } },
} as const;
attended satisfies LeadEvent<typeof webinar>;
({ ...attended, traits: { name: "Tim Zheng", company: "Apollo" } }) satisfies LeadEvent<typeof webinar>;
// @ts-expect-error -- not one of the events of the default blueprint
attended satisfies LeadEvent;
({
  ...attended,
  // @ts-expect-error -- the name is required where it is taken from
  traits: { company: "Apollo" },
}) satisfies LeadEvent<typeof webinar>;
({
  ...attended,
  // @ts-expect-error -- a misspelt trait further inside
  traits: { name: "Tim Zheng", company: { nam: "Apollo" } },
}) satisfies LeadEvent<typeof webinar>;
({
  ...attended,
  // @ts-expect-error -- another consent
  context: { consent: { canonical: { marketing: true } } },
}) satisfies LeadEvent<typeof webinar>;
// @ts-expect-error -- a part of a name that does not exist
({ ...webinar, labels: [{ path: "traits.name", part: "middle" }] }) satisfies Blueprint;
