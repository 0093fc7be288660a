import { isDeepStrictEqual } from "node:util";

import { crmIdFields, idFields, textFields } from "./contact-fields.js";
import { phoneFields, phoneLines } from "./phone-number.js";
import type { StoredContact } from "./stored-contact.js";

/** One field of a contact that a request changed. */
export interface FieldChange {
  /** The field's name in a request, such as `mobile_phone` or `label_names`; `typed_custom_fields.ID` for a custom field. */
  readonly field: string;
  /** The old value; `null` if the field was empty. */
  readonly from: unknown;
  /** The new value; `null` if the field was cleared. */
  readonly to: unknown;
}

/** A contact, and the names of the lists that it is on. */
export interface ListedContact {
  readonly contact: StoredContact;
  readonly labelNames: readonly string[];
}

/** What is different between two states of a contact. */
export function fieldChanges(before: ListedContact, after: ListedContact): FieldChange[] {
  const [old, current] = [requestFields(before), requestFields(after)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .map((field) => ({ field, from: old.get(field) ?? null, to: current.get(field) ?? null }))
    .filter(({ from, to }) => !isDeepStrictEqual(from, to));
}

/** What the contact holds, by the names that a request has for it. Fields that are empty may be absent. */
function requestFields({ contact, labelNames }: ListedContact): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ...[...textFields, ...idFields, ...crmIdFields].map((field) => [field, contact[field]] as const),
    ...phoneFields.map((field) => {
      const phone = contact.phone_numbers.find(({ type }) => type === phoneLines[field]);
      return [field, phone?.raw_number] as const;
    }),
    ["label_names", labelNames.length === 0 ? null : labelNames],
    ...Object.entries(contact.typed_custom_fields).map(
      ([field, value]) => [`typed_custom_fields.${field}`, value] as const,
    ),
  ]);
}
