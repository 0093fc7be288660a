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

/** What stands above each part of a blueprint. */
const COMMENTS: Readonly<Record<keyof typeof defaultBlueprint, readonly string[]>> = {
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
  labels: [
    "The lists that the contact is put on. They replace the lists of a contact that is",
    "there already. Empty ones, and those that are named twice, are left out.",
  ],
};

const CUSTOM_FIELDS = [
  "Your team's own fields, by their ids in Apollo. Numbers and true or false stay what they are.",
  '"typed_custom_fields": { "66f1c0ffee0000000000c001": "properties.plan" },',
];

/** Signal's own blueprint with comments, as JSON for `--blueprint`. */
export function blueprintTemplate(): string {
  const parts = Object.entries(defaultBlueprint).map(([name, value]) => {
    const comment = COMMENTS[name as keyof typeof defaultBlueprint].map(commentLine);
    const extra = name === "labels" ? [...CUSTOM_FIELDS.map(commentLine), ""] : [];
    return [...extra, ...comment, ...member(name, value)].join("\n");
  });
  return `${HEAD}{\n${parts.join(",\n\n")},\n}\n`;
}

const HEAD = `// Which events of Signal become contacts in Apollo, under which consent, and with what in them.
// This is Signal's own blueprint; change it, and look at what it does:
//
//   signal-apollo preview --blueprint blueprint.jsonc leads.ndjson
//
`;

function commentLine(text: string): string {
  return `  // ${text}`.trimEnd();
}

function member(name: string, value: unknown): string[] {
  const lines = `${JSON.stringify(name)}: ${json(value)}`.split("\n");
  return lines.map((line) => `  ${line}`);
}

/** What is short in one line, the rest with a line for each member: as a person would write it. */
function json(value: unknown): string {
  const line = JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, " ")
    .replace(/\[ | \]/g, (edge) => edge.trim());
  if (line.length <= MAX_LINE || typeof value !== "object" || value === null) return line;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((one) => json(one))
    : Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${json(part)}`);
  return [open, ...members.map((one) => `  ${one.replaceAll("\n", "\n  ")},`), close].join("\n");
}

const MAX_LINE = 90;
