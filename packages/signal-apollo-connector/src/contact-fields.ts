import type { CreateContactRequest } from "@datafly/apollo-client";

import {
  isPlaceholder,
  normaliseEmail,
  normaliseName,
  normalisePhone,
  normaliseWebsite,
  omitted,
  readText,
  readTyped,
  taken,
  type Normalised,
  type Normaliser,
  type NormaliserSettings,
  type PlaceholderUse,
} from "@datafly/signal-connector-kit";

import { normaliseContactId } from "./contact-id.js";
import type { WarningCode } from "./warning.js";

/** The fields of a contact that hold one text each, which a blueprint can fill from an event. */
export type ContactField = Exclude<keyof CreateContactRequest, "label_names" | "typed_custom_fields" | "run_dedupe">;

/**
 * The most characters (UTF-16 code units) that a value may have as it is in the event, blanks included. A value that is longer
 * is omitted before any expression or library sees it, so that none can be kept busy with it.
 */
export const MAX_LENGTHS = {
  /** A phone number; libphonenumber, whose expressions take more than linear time, has the same limit, but tests it too late. */
  phone: 250,
  /** Any other field, and a label. */
  text: 2_048,
  /** A field of the team's own, which can be a long text. */
  customField: 65_536,
} as const;

/** How a field reads a value. */
export interface FieldRule {
  /** Brings the value to the form that Apollo wants. */
  readonly normalise: Normaliser<WarningCode>;
  /** Which placeholders are not a value. */
  readonly placeholders: PlaceholderUse;
  /** The most characters of a value; see {@link MAX_LENGTHS}. */
  readonly maxLength: number;
}

const phone: FieldRule = { normalise: normalisePhone, placeholders: "strict", maxLength: MAX_LENGTHS.phone };
const name: FieldRule = { normalise: normaliseName, placeholders: "name", maxLength: MAX_LENGTHS.text };
const id: FieldRule = { normalise: normaliseContactId, placeholders: "strict", maxLength: MAX_LENGTHS.text };
const text: FieldRule = { normalise: (value) => taken(value), placeholders: "text", maxLength: MAX_LENGTHS.text };

/** How each field reads its value, wherever a blueprint takes it from. */
export const CONTACT_FIELDS = {
  first_name: name,
  last_name: name,
  organization_name: text,
  title: text,
  account_id: id,
  email: { normalise: normaliseEmail, placeholders: "strict", maxLength: MAX_LENGTHS.text },
  website_url: { normalise: normaliseWebsite, placeholders: "strict", maxLength: MAX_LENGTHS.text },
  contact_stage_id: id,
  present_raw_address: text,
  direct_phone: phone,
  corporate_phone: phone,
  mobile_phone: phone,
  home_phone: phone,
  other_phone: phone,
} as const satisfies Record<ContactField, FieldRule>;

/** What a field makes of a value; `undefined` if nothing is in it. */
export function readField(
  field: ContactField,
  raw: unknown,
  settings: NormaliserSettings,
): Normalised<string, WarningCode> | undefined {
  const { normalise, placeholders, maxLength } = CONTACT_FIELDS[field];
  const read = readText(raw, maxLength);
  if (read?.value === undefined) return read;
  return isPlaceholder(read.value, placeholders, settings.placeholders)
    ? omitted("placeholder")
    : normalise(read.value, settings);
}

/** What a label makes of a value from an event. A fixed text is what the blueprint means it to be. */
export function readLabel(raw: unknown, settings: NormaliserSettings): Normalised<string, WarningCode> | undefined {
  const read = readText(raw, MAX_LENGTHS.text);
  return read?.value !== undefined && isPlaceholder(read.value, "text", settings.placeholders)
    ? omitted("placeholder")
    : read;
}

/** What a field of the team's own makes of a value. Words can be answers there: only what a program wrote is a placeholder. */
export function readCustomField(raw: unknown): Normalised<string | number | boolean, WarningCode> | undefined {
  const read = readTyped(raw, MAX_LENGTHS.customField);
  return typeof read?.value === "string" && isPlaceholder(read.value, "free") ? omitted("placeholder") : read;
}

/** The fields without which Apollo refuses a contact. */
export const REQUIRED_FIELDS = ["first_name", "last_name"] as const satisfies readonly ContactField[];

/**
 * A field without which Apollo refuses a contact.
 *
 * @useDeclaredType
 */
export type RequiredField = (typeof REQUIRED_FIELDS)[number];
