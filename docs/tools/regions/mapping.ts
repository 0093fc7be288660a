import {
  defaultBlueprint,
  type ContactField,
  type FixedText,
  type Place,
  type Source,
} from "@datafly/signal-apollo-connector";

import type { Normaliser } from "@datafly/signal-connector-kit";
import { CONTACT_FIELDS } from "../../../packages/signal-apollo-connector/src/contact-fields.js";
import { normaliseEmail } from "../../../packages/signal-connector-kit/src/normalise/email.js";
import { normaliseName } from "../../../packages/signal-connector-kit/src/normalise/name.js";
import { normalisePhone } from "../../../packages/signal-connector-kit/src/normalise/phone.js";
import { normaliseWebsite } from "../../../packages/signal-connector-kit/src/normalise/website.js";
import { code, table } from "./table.js";

/** What each normaliser does, in words. */
const RULES = new Map<Normaliser<string>, string>([
  [normaliseName, "must contain a letter, of any script, and not be a placeholder"],
  [normaliseEmail, "lowercased, and repaired if unambiguous; anything but a single address is omitted, with a warning"],
  [
    normalisePhone,
    "E.164; national numbers need a default country; an ambiguous or invalid number is omitted, with a warning",
  ],
  [
    normaliseWebsite,
    "an http(s) URL unchanged, a bare domain with `https://`; social profiles and anything else are omitted, with a warning",
  ],
  [CONTACT_FIELDS.account_id.normalise, "24 hexadecimal digits; anything else is omitted, with a warning"],
  [CONTACT_FIELDS.title.normalise, "unchanged; placeholders are omitted, with a warning"],
]);

const fieldNames = Object.keys(CONTACT_FIELDS) as ContactField[];

/** Signal's blueprint for Apollo as a table: each field, where it comes from, and how it is written. */
export function mappingTable(): string {
  const fields: Partial<Record<ContactField, Source>> = defaultBlueprint.fields;
  const rows = (Object.entries(fields) as [ContactField, Source][]).map(([field, source]) => [
    code(field),
    describe(source),
    ruleOf(field),
  ]);
  return table(
    ["Apollo field", "from", "how"],
    [
      ...rows,
      [code("label_names"), defaultBlueprint.labels.map(describe).join("; "), "in this order, without duplicates"],
      [code("run_dedupe"), "the setting `deduplicate`", "`true`; not sent if deduplication is off"],
    ],
  );
}

/** All fields that a blueprint can fill, with how their values are written. */
export function contactFields(): string {
  return table(
    ["Apollo field", "how", "max. characters"],
    fieldNames.map((field) => [code(field), ruleOf(field), CONTACT_FIELDS[field].maxLength.toLocaleString("en")]),
  );
}

function ruleOf(field: ContactField): string {
  const rule = RULES.get(CONTACT_FIELDS[field].normalise);
  if (rule === undefined) throw new Error(`There are no words for how ${field} is written.`);
  return rule;
}

function describe(source: Source): string {
  if (Array.isArray(source)) return (source as readonly (Place | FixedText)[]).map(describeOption).join(", else ");
  return describeOption(source as Place | FixedText);
}

function describeOption(option: Place | FixedText): string {
  if (typeof option === "string") return code(option);
  if ("value" in option) {
    const condition = option.consent === undefined ? "" : `, if consent to ${option.consent} is granted`;
    return `the text ${code(option.value)}${condition}`;
  }
  const { path, events, part, value_map: valueMap } = option;
  return [
    part === undefined ? code(path) : `the ${part} part of ${code(path)}`,
    ...(events === undefined ? [] : [`(on ${events.map(code).join(", ")})`]),
    ...(valueMap === undefined ? [] : ["(with a value map)"]),
  ].join(" ");
}
