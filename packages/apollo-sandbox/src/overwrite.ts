import { crmIdFields, type ContactFields } from "./contact-fields.js";
import { isCustomFieldId } from "./id-sequence.js";
import { isJsonObject, type JsonObject } from "./json.js";
import { folded } from "./match-rules.js";
import { overwritePhones } from "./phone-number.js";
import type { StoredContact } from "./stored-contact.js";

/** What nothing overwrites or clears once it is set. */
const protectedFields = ["person_id", ...crmIdFields] as const;

/**
 * Writes the fields that were sent over the stored ones, field by field: sent ones overwrite, empty ones clear, and what
 * was left out stays; so do protected ones that are set. Labels are not seen to here, because they have a store of their own.
 */
export function overwrite(stored: StoredContact, sent: ContactFields, updatedAt: string): StoredContact {
  const kept = Object.fromEntries(protectedFields.map((field) => [field, stored[field] ?? sent.values[field] ?? null]));
  const written = { ...stored, ...sent.values, ...kept };
  const phones = overwritePhones(stored.phone_numbers, sent.phones);
  return {
    ...written,
    name: [written.first_name, written.last_name].filter(Boolean).join(" ") || null,
    contact_emails: emailList(written.email, additionalEmails(stored)),
    phone_numbers: phones,
    sanitized_phone: phones.find((phone) => phone.sanitized_number)?.sanitized_number ?? null,
    typed_custom_fields: overwriteCustomFields(stored.typed_custom_fields, sent.customFields),
    custom_field_errors: customFieldErrors(sent.customFields),
    updated_at: updatedAt,
  };
}

/** The contact with addresses beside its primary one. */
export function withAdditionalEmails(contact: StoredContact, emails: readonly string[]): StoredContact {
  return { ...contact, contact_emails: emailList(contact.email, [...additionalEmails(contact), ...emails]) };
}

/** An overwritten primary address is gone: Apollo does not keep it as an additional one. */
function additionalEmails(contact: StoredContact): string[] {
  return contact.contact_emails.map(({ email }) => email).filter((email) => email !== contact.email);
}

function emailList(primary: string | null, additional: readonly string[]): StoredContact["contact_emails"] {
  const emails = [...(primary === null ? [] : [primary]), ...additional];
  return emails
    .filter((email, index) => emails.findIndex((other) => folded(other) === folded(email)) === index)
    .map((email, position) => ({ email, position }));
}

/** Custom fields are fields too: those that are sent overwrite, an empty one is cleared, and `null` clears them all. */
function overwriteCustomFields(stored: JsonObject, sent: JsonObject | null | undefined): Record<string, unknown> {
  if (sent === null) return {};
  const entries = Object.entries({ ...stored, ...(isJsonObject(sent) ? sent : {}) });
  return Object.fromEntries(entries.filter(([id, value]) => isCustomFieldId(id) && value !== null && value !== ""));
}

/** What could not be stored, and why: a custom field has an id, and no name of its own. */
function customFieldErrors(sent: JsonObject | null | undefined): Record<string, string> {
  const unknown = Object.keys(sent ?? {}).filter((id) => !isCustomFieldId(id));
  return Object.fromEntries(unknown.map((id) => [id, "is not the id of a custom field"]));
}
