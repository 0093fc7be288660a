import type { CreateContactRequest } from "@datafly/apollo-client";
import { MAX_LENGTHS, readField, type ContactField } from "./contact-fields.js";
import { findValue, type Found, type Read } from "./find-value.js";
import { readText, readTyped } from "./normalise/text.js";
import type { CompiledSettings } from "./settings.js";

/**
 * Is told of each value that a contact is made of, or that is left out of it.
 *
 * @param sent the value as it is sent; `undefined` if it is left out
 */
export type OnMapped = (field: string, found: Found<Value>, sent: Value | undefined) => void;

/** What a field can hold: the team's own ones have types of their own. */
type Value = string | number | boolean;

/** A contact that is being put together: the fields that have a value. */
type Contact = Partial<Record<ContactField, string>> &
  Pick<CreateContactRequest, "run_dedupe"> & {
    typed_custom_fields?: Record<string, Value>;
    label_names?: string[];
  };

/** Maps an event to a contact. No value of it is empty: an empty value would clear what Apollo has stored. */
export function mapContact(
  event: unknown,
  eventName: string,
  settings: CompiledSettings,
  onMapped: OnMapped,
): CreateContactRequest {
  const { blueprint } = settings;
  const contact: Contact = {};
  for (const [field, source] of blueprint.fields) {
    const found = findValue(event, eventName, source, (raw) => readField(field, raw, settings));
    if (found === undefined) continue;
    if (found.refused) onMapped(field, found.refused, undefined);
    if (found.normalised.value !== undefined) contact[field] = found.normalised.value;
    onMapped(field, found, found.normalised.value);
  }

  const customFields: Record<string, Value> = {};
  for (const [id, source] of blueprint.customFields) {
    const found = findValue(event, eventName, source, readCustomField);
    if (found === undefined) continue;
    if (found.refused) onMapped(`typed_custom_fields.${id}`, found.refused, undefined);
    if (found.normalised.value !== undefined) customFields[id] = found.normalised.value;
    onMapped(`typed_custom_fields.${id}`, found, found.normalised.value);
  }
  if (Object.keys(customFields).length > 0) contact.typed_custom_fields = customFields;

  const labels: string[] = [];
  for (const source of blueprint.labels) {
    const found = findValue(event, eventName, source, readLabel);
    if (found === undefined) continue;
    if (found.refused) onMapped("label_names", found.refused, undefined);
    const isNew = found.normalised.value !== undefined && !labels.includes(found.normalised.value);
    if (isNew) labels.push(found.normalised.value);
    onMapped("label_names", found, isNew ? found.normalised.value : undefined);
  }
  if (labels.length > 0) contact.label_names = labels;

  if (settings.deduplicate) contact.run_dedupe = true;
  return contact;
}

const readCustomField: Read<Value> = (raw) => readTyped(raw, MAX_LENGTHS.customField);
const readLabel: Read<string> = (raw) => readText(raw, MAX_LENGTHS.text);
