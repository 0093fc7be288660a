import type { CreateContactRequest } from "@datafly/apollo-client";

import { isJsonObject, type JsonObject } from "./json.js";
import { phoneFields, type PhoneField, type SentPhones } from "./phone-number.js";

/**
 * The fields that hold an id of something else in Apollo.
 * The last two are not in the API's description; a match is found by them.
 */
export const idFields = ["account_id", "contact_stage_id", "person_id", "organization_id"] as const;

type IdField = (typeof idFields)[number];

/** The field with the id of the same person in a CRM. It is not in the API's description; a match is found by it. */
export type CrmIdField = "salesforce_contact_id" | "salesforce_lead_id" | "hubspot_vid" | "crm_id";

/** All of these fields. */
export const crmIdFields: readonly CrmIdField[] = [
  "salesforce_contact_id",
  "salesforce_lead_id",
  "hubspot_vid",
  "crm_id",
];

/**
 * The fields of a request that are nothing else.
 * A field that is new in the API's description is one of these until it is seen to.
 */
type TextField = Exclude<
  keyof CreateContactRequest,
  IdField | PhoneField | "label_names" | "typed_custom_fields" | "run_dedupe"
>;

/** The fields that hold text. */
export const textFields = Object.keys({
  first_name: true,
  last_name: true,
  organization_name: true,
  title: true,
  email: true,
  website_url: true,
  present_raw_address: true,
} satisfies Record<TextField, true>) as readonly TextField[];

type ValueField = TextField | IdField | CrmIdField;

/** What a request wants written. What is absent was left out and stays; `null` was sent empty and clears. */
export interface ContactFields {
  /** The id of the contact that is meant. Only looked up, never written. */
  readonly id: string | null;
  readonly values: Readonly<Partial<Record<ValueField, string | null>>>;
  readonly phones: SentPhones;
  readonly labelNames?: readonly string[];
  readonly customFields?: JsonObject | null;
}

/** Reads what a request wants written, of parameters that have been checked. Unknown parameters are ignored. */
export function readContactFields(parameters: JsonObject): ContactFields {
  const values = {
    ...sentTexts(parameters, [...textFields, ...crmIdFields]),
    ...sentTexts(parameters, idFields, inLowerCase),
  };
  // Apollo says nothing of an address that it cannot read: it is as if it had not been sent.
  if (typeof values.email === "string" && !isEmailAddress(values.email)) delete values.email;

  const { label_names: labels, typed_custom_fields: customFields } = parameters;
  return {
    id: sentTexts(parameters, ["id"], inLowerCase).id ?? null,
    values,
    phones: sentTexts(parameters, phoneFields),
    ...(labels !== undefined && { labelNames: Array.isArray(labels) ? labels.map(String) : [] }),
    ...(customFields !== undefined && { customFields: isJsonObject(customFields) ? customFields : null }),
  };
}

/** Those of the fields that were sent. Blank text and `null` both mean "empty". */
function sentTexts<Field extends string>(
  parameters: JsonObject,
  fields: readonly Field[],
  formed: (text: string) => string = (text) => text,
): Partial<Record<Field, string | null>> {
  const texts: Partial<Record<string, string | null>> = {};
  for (const field of fields) {
    const value = parameters[field];
    if (typeof value === "string") texts[field] = formed(value.trim()) || null;
    else if (value === null) texts[field] = null;
  }
  return texts;
}

/** Ids count in either case, and Apollo's own are in lower case. */
function inLowerCase(id: string): string {
  return id.toLowerCase();
}

/** Whether Apollo would take the text for an address. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@]+@[^\s@][^\s@.]*\.[^\s@]+$/.test(text);
}
