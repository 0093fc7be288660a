// What the connector relies on: one interaction for each row of the mapping and of the events.
import { createApolloConnector, type PlanSettings } from "@datafly/signal-apollo-connector";
import { MatchersV3 } from "@pact-foundation/pact";

import { demoRequested, timsTraits } from "../../examples/events/events.js";
import { GOOD_KEY, type ProviderState } from "../provider/states.js";
import type { HttpInteraction } from "./http-interaction.js";

const CONTACT_ID = MatchersV3.regex("^[0-9a-f]{24}$", "66f1c0ffee0000000000a001");
const TIMS_ID = "66f1c0ffee0a0000000000b1";
const OPT_IN = "Signal - Marketing Opt-in";
const NOBODY: readonly ProviderState[] = [
  { name: "no contact is stored" },
  { name: "the plan is", parameters: { plan: "unlimited" } },
];

/** What Signal's documentation says that an event of Tim's becomes. */
const timsContact = {
  first_name: "Tim",
  last_name: "Zheng",
  email: "tim@apollo.io",
  organization_name: "Apollo",
  title: "Head of Growth",
  mobile_phone: "+15553031234",
  website_url: "https://www.apollo.io/",
  label_names: [OPT_IN, "Website demo form"],
  run_dedupe: true,
} as const;

/** The traits that a contact can do without, and the field that each becomes. */
const OPTIONAL_TRAITS = {
  email: "email",
  company: "organization_name",
  title: "title",
  phone: "mobile_phone",
  website: "website_url",
} as const satisfies Partial<Record<keyof typeof timsTraits, keyof typeof timsContact>>;

/** An event that is delivered, and the contact that it becomes. */
function delivery(
  description: string,
  event: unknown,
  contact: object,
  { settings = {}, given = NOBODY, stored = {}, result = {} }: DeliveryParts = {},
): HttpInteraction {
  return {
    description,
    given,
    request: { apiKey: GOOD_KEY, body: contact },
    response: { status: 200, body: { json: { contact: { id: CONTACT_ID }, ...stored } } },
    act: (baseUrl) =>
      createApolloConnector({ apiKey: GOOD_KEY, ...settings, client: { baseUrl, maxRetries: 0 } }).deliver(event),
    result: { status: "delivered", httpStatus: 200, attempts: 1, ...result },
  };
}

interface DeliveryParts {
  readonly settings?: PlanSettings;
  readonly given?: readonly ProviderState[];
  /** What the answer holds beside the contact's id, or instead. */
  readonly stored?: object;
  readonly result?: object;
}

/** One of the two calls with which lists are added to. */
function sendOnce(baseUrl: string, contactId?: string): Promise<unknown> {
  const client = { baseUrl, maxRetries: 0 };
  const connector = createApolloConnector({ apiKey: GOOD_KEY, labels: "add", client });
  const decision = connector.plan(demoRequested());
  if (decision.action !== "deliver") throw new Error("The event is to be delivered.");
  return connector.sendOnce(decision, { contactId });
}

function without(object: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The interactions of `signal-apollo-connector` with `apollo-api`. */
export const connectorInteractions: readonly HttpInteraction[] = [
  delivery("Demo Requested, with all traits and a lead source", demoRequested(), timsContact, {
    // What has been sent is what is stored: a provider that throws it away must not pass. The website is in no answer.
    stored: {
      contact: {
        ...without(timsContact, "mobile_phone", "website_url", "label_names", "run_dedupe"),
        id: CONTACT_ID,
        sanitized_phone: timsContact.mobile_phone,
      },
      labels: timsContact.label_names.map((name) => ({ id: CONTACT_ID, name })),
    },
  }),
  delivery(
    "Lead Generated, from another source",
    demoRequested({ event: "Lead Generated", properties: { lead_source: "Webinar" } }),
    { ...timsContact, label_names: [OPT_IN, "Webinar"] },
  ),
  delivery(
    "Signed Up, with a sign-up method",
    demoRequested({ event: "Signed Up", properties: { signup_method: "google" } }),
    { ...timsContact, label_names: [OPT_IN, "google"] },
  ),
  delivery("Demo Requested, without a lead source", demoRequested({ properties: {} }), {
    ...timsContact,
    label_names: [OPT_IN],
  }),
  delivery(
    "Signed Up, with a lead source and a method",
    demoRequested({ event: "Signed Up", properties: { lead_source: "Ad", method: "sso" } }),
    { ...timsContact, label_names: [OPT_IN, "Ad", "sso"] },
  ),
  delivery(
    "Demo Requested, with nothing but the two names",
    demoRequested({ traits: { first_name: "Tim", last_name: "Zheng" } }),
    without(timsContact, ...Object.values(OPTIONAL_TRAITS)),
  ),
  ...Object.entries(OPTIONAL_TRAITS).flatMap(([trait, field]) => [
    delivery(
      `Demo Requested, with the trait ${trait} alone beside the names`,
      demoRequested({ traits: without(timsTraits, ...Object.keys(OPTIONAL_TRAITS).filter((name) => name !== trait)) }),
      without(timsContact, ...Object.values(OPTIONAL_TRAITS).filter((name) => name !== field)),
    ),
    delivery(
      `Demo Requested, with an empty trait ${trait}`,
      demoRequested({ traits: { ...timsTraits, [trait]: " " } }),
      without(timsContact, field),
    ),
  ]),
  delivery(
    "Demo Requested, with values that are normalised",
    demoRequested({
      traits: { ...timsTraits, email: " TIM@Apollo.io", phone: "(555) 303-1234", website: "www.apollo.io" },
    }),
    { ...timsContact, website_url: "https://www.apollo.io" },
    { settings: { defaultCountry: "US" } },
  ),
  delivery("Demo Requested, with deduplication off", demoRequested(), without(timsContact, "run_dedupe"), {
    settings: { deduplicate: false },
  }),
  delivery("Demo Requested, of a person who is stored already", demoRequested(), timsContact, {
    given: [
      ...NOBODY,
      { name: "a contact is stored", parameters: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" } },
    ],
    stored: { dedupe_result: { found_existing: true } },
    result: { matched: true },
  }),
  {
    description: "Demo Requested, with lists that are added to: first the contact, without its lists",
    given: NOBODY,
    request: { apiKey: GOOD_KEY, body: without(timsContact, "label_names") },
    response: { status: 200, body: { json: { contact: { id: CONTACT_ID } } } },
    act: (baseUrl) => sendOnce(baseUrl),
    result: { status: "partial", contactId: "66f1c0ffee0000000000a001", attempts: 1 },
  },
  {
    description: "Demo Requested, with lists that are added to: then the lists of the contact",
    given: [
      ...NOBODY,
      { name: "a contact is stored", parameters: { first_name: "Tim", last_name: "Zheng", id: TIMS_ID } },
    ],
    request: {
      path: "/api/v1/labels/add_entity_ids_to_label_names",
      apiKey: GOOD_KEY,
      body: { entity_ids: [TIMS_ID], label_names: timsContact.label_names, modality: "contacts" },
    },
    response: {
      status: 200,
      body: { json: { labels: timsContact.label_names.map((name) => ({ id: CONTACT_ID, name })) } },
    },
    act: (baseUrl) => sendOnce(baseUrl, TIMS_ID),
    result: { status: "delivered", contactId: TIMS_ID, attempts: 1 },
  },
  {
    description: "a probe of the scope: a contact with ids that are not ids",
    given: NOBODY,
    request: { apiKey: GOOD_KEY, body: { account_id: "scope-probe", contact_stage_id: "scope-probe" } },
    response: { status: 422, body: { json: { error: MatchersV3.string("scope-probe is not a valid ID") } } },
    act: (baseUrl) => createApolloConnector({ apiKey: GOOD_KEY, client: { baseUrl } }).probeScope("create"),
    result: { status: "ok" },
  },
  {
    description: "a check of the setup",
    given: [],
    request: { method: "GET", path: "/api/v1/auth/health", apiKey: GOOD_KEY },
    response: { status: 200, body: { json: { is_logged_in: true } } },
    act: (baseUrl) => createApolloConnector({ apiKey: GOOD_KEY, client: { baseUrl, maxRetries: 0 } }).check(),
    result: { status: "ok" },
  },
];
