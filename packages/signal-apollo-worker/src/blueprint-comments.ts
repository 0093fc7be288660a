import { CONSENT_PURPOSES, defaultBlueprint, type ContactField } from "@datafly/signal-apollo-connector";

/** The fields that Signal's blueprint leaves alone. */
const OTHER_FIELDS: Readonly<Record<Exclude<ContactField, keyof typeof defaultBlueprint.fields>, true>> = {
  account_id: true,
  contact_stage_id: true,
  present_raw_address: true,
  direct_phone: true,
  corporate_phone: true,
  home_phone: true,
  other_phone: true,
};

/** What `init` writes above each part of the blueprint. */
export const BLUEPRINT_COMMENTS: Readonly<Record<string, readonly string[]>> = {
  events: [
    "The track events that become contacts, spelt as in the event: by their names, and by their",
    "ids in Signal's event specs. All others are dropped.",
  ],
  consent: [
    "The consent without which nothing is delivered: only the literal true at",
    "context.consent.canonical.<purpose> of the event grants it. One of:",
    `${CONSENT_PURPOSES.join(", ")}.`,
  ],
  fields: [
    "Where each field of the contact comes from. first_name and last_name must be there.",
    "",
    "A value can be:",
    '  "traits.email"                                        a place in the event',
    '  ["traits.company.name", "traits.company"]             the first that the field takes',
    '  { "path": "traits.plan", "events": ["Signed Up"] }    a place, for these events only',
    '  { "path": "traits.name", "part": "last" }             a part of a full name: first or last',
    '  { "path": "traits.plan", "value_map": { "a": "b" } }  "b" where the value is "a"; null for none',
    '  { "value": "Website" }                                a fixed text; behind places, a default',
    '  { "value": "Website", "consent": "analytics" }        the same, with that consent only',
    "",
    "Places begin with traits, properties or context, or are userId, anonymousId, groupId,",
    "messageId or timestamp. Apollo's other fields:",
    ...Object.keys(OTHER_FIELDS).map((field) => `  ${field}`),
  ],
  typed_custom_fields: [
    "Your team's own fields, by their ids in Apollo. Numbers and true or false stay what they are.",
    '"typed_custom_fields": { "66f1c0ffee0000000000c001": "properties.plan" },',
  ],
  labels: [
    "The lists that the contact is put on. They replace the lists of a contact that is",
    "there already; with --labels add, they are added to them. Empty ones, and those that",
    "are named twice, are omitted.",
  ],
};
