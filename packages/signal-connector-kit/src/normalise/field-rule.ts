import { deepFreeze } from "../object/deep-freeze.js";
import { normaliseEmail } from "./email.js";
import type { NamePart } from "./name-part.js";
import { normaliseName } from "./name.js";
import { omitted, taken, type Normalised, type Normaliser, type NormaliserSettings } from "./normaliser.js";
import { normalisePhone } from "./phone.js";
import { isPlaceholder, type PlaceholderUse } from "./placeholder.js";
import { readText, readTyped } from "./text.js";
import type { ValueWarning } from "./value-warning.js";
import { normaliseWebsite } from "./website.js";

// Constants of their own: a property is read when the module is, which would keep every field in every bundle.
const PHONE_LENGTH = 250;
const TEXT_LENGTH = 2_048;
const CUSTOM_FIELD_LENGTH = 65_536;

/**
 * The most characters (UTF-16 code units) that a value may have as it is in the event, blanks included. A value that is longer
 * is omitted before any expression or library sees it, so that none can be kept busy with it.
 */
export const MAX_LENGTHS = /* @__PURE__ */ deepFreeze({
  /** A phone number; libphonenumber, whose expressions take more than linear time, has the same limit, but tests it too late. */
  phone: PHONE_LENGTH,
  /** Any other field, and an entry of a list. */
  text: TEXT_LENGTH,
  /** A field of the team's own, which can be a long text. */
  customField: CUSTOM_FIELD_LENGTH,
} as const);

/**
 * How a field of a record reads a value, wherever a blueprint takes it from. Data: spread one of the ready-made rules and add to it,
 * `{ ...emailField, required: "missing_email" }`.
 *
 * @typeParam Code the warnings that the field can give
 */
export interface FieldRule<Code extends string = string> {
  /** Brings the value to the form that the vendor wants. Gets only texts that are cleaned, not blank, and not too long. */
  readonly normalise: Normaliser<Code>;
  /** Which placeholders are not a value. */
  readonly placeholders: PlaceholderUse;
  /** The most characters of a value; see {@link MAX_LENGTHS}. */
  readonly maxLength: number;
  /** Why an event without a value for this field is rejected: a name of the vendor's table of rejections. Default: it is delivered. */
  readonly required?: string;
  /**
   * Which part of a person's name it holds. With one field for each part, words such as `null` are names beside a real name only, and
   * a rejection says in which trait the name may be.
   */
  readonly part?: NamePart;
}

/** A text as it is: a company, a title, an address. Placeholders such as `N/A` are omitted. */
export const textField = /* @__PURE__ */ deepFreeze({
  normalise: (text) => taken(text),
  placeholders: "text",
  maxLength: TEXT_LENGTH,
} as const satisfies FieldRule<ValueWarning>);

/** A person's name, whole or in part. Needs a letter, of any script. */
export const nameField = /* @__PURE__ */ deepFreeze({
  normalise: normaliseName,
  placeholders: "name",
  maxLength: TEXT_LENGTH,
} as const satisfies FieldRule<ValueWarning>);

/** A first name, beside a field for the last one. */
export const firstNameField = /* @__PURE__ */ deepFreeze({
  normalise: normaliseName,
  placeholders: "name",
  maxLength: TEXT_LENGTH,
  part: "first",
} as const satisfies FieldRule<ValueWarning>);

/** A last name, beside a field for the first one. */
export const lastNameField = /* @__PURE__ */ deepFreeze({
  normalise: normaliseName,
  placeholders: "name",
  maxLength: TEXT_LENGTH,
  part: "last",
} as const satisfies FieldRule<ValueWarning>);

/** An e-mail address in cleartext, lowercased. */
export const emailField = /* @__PURE__ */ deepFreeze({
  normalise: normaliseEmail,
  placeholders: "strict",
  maxLength: TEXT_LENGTH,
} as const satisfies FieldRule<ValueWarning>);

/** A phone number in E.164. National numbers need a default country. Brings the phone numbers of the world into a bundle: 29 kB. */
export const phoneField = /* @__PURE__ */ deepFreeze({
  normalise: normalisePhone,
  placeholders: "strict",
  maxLength: PHONE_LENGTH,
} as const satisfies FieldRule<ValueWarning>);

/** A public http(s) URL of a company. */
export const websiteField = /* @__PURE__ */ deepFreeze({
  normalise: normaliseWebsite,
  placeholders: "strict",
  maxLength: TEXT_LENGTH,
} as const satisfies FieldRule<ValueWarning>);

/** What a field makes of a value; `undefined` if nothing is in it. */
export function readField<Code extends string>(
  { normalise, placeholders, maxLength }: FieldRule<Code>,
  raw: unknown,
  settings: NormaliserSettings,
): Normalised<string, Code | ValueWarning> | undefined {
  const read = readText(raw, maxLength);
  if (read?.value === undefined) return read;
  return isPlaceholder(read.value, placeholders, settings.placeholders)
    ? omitted("placeholder")
    : normalise(read.value, settings);
}

/** What a field of the team's own makes of a value. Words can be answers there: only what a program wrote is a placeholder. */
export function readCustomField(raw: unknown): Normalised<string | number | boolean> | undefined {
  const read = readTyped(raw, CUSTOM_FIELD_LENGTH);
  return typeof read?.value === "string" && isPlaceholder(read.value, "free") ? omitted("placeholder") : read;
}
