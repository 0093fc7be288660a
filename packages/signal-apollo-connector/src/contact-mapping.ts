import type { CreateContactRequest } from "@datafly/apollo-client";

import type { CompiledBlueprint, CompiledSource } from "./compiled-blueprint.js";
import { readConsent } from "./consent.js";
import { CONTACT_FIELDS, type ContactField } from "./contact-fields.js";
import { findValue, type Found, type Read } from "./find-value.js";
import type { Normalised } from "./normalise/normaliser.js";
import { NOT_TEXT, readText, readTyped } from "./normalise/text.js";
import type { PlanSettings } from "./settings.js";
import type { WarningCode } from "./warning.js";

/**
 * Is told of each value that a contact is made of, or that is left out of it.
 *
 * @param sent the value as it is sent; `undefined` if it is left out
 */
export type OnMapped = (
  field: string,
  found: Found<unknown>,
  sent: string | number | boolean | undefined,
  warning?: WarningCode,
) => void;

/** A contact that is being put together: the fields that have a value. */
type Contact = Partial<Record<ContactField, string>> &
  Pick<CreateContactRequest, "run_dedupe"> & {
    typed_custom_fields?: Record<string, string | number | boolean>;
    label_names?: string[];
  };

const LEFT_OUT: Normalised = { warning: "not_text" };

/** Maps an event to a contact. No value of it is empty: an empty value would clear what Apollo has stored. */
export function mapContact(
  event: unknown,
  eventName: string,
  blueprint: CompiledBlueprint,
  settings: PlanSettings,
  onMapped: OnMapped,
): CreateContactRequest {
  const contact: Contact = {};
  for (const [field, source] of blueprint.fields) {
    const found = findIn(event, eventName, source, readText);
    if (found === undefined) continue;
    const { value, warning } = found.value === NOT_TEXT ? LEFT_OUT : CONTACT_FIELDS[field](found.value, settings);
    if (value !== undefined) contact[field] = value;
    onMapped(field, found, value, warning);
  }

  for (const [id, source] of blueprint.customFields) {
    const found = findIn(event, eventName, source, readTyped);
    if (found === undefined) continue;
    const value = found.value === NOT_TEXT ? undefined : found.value;
    if (value !== undefined) (contact.typed_custom_fields ??= {})[id] = value;
    onMapped(`typed_custom_fields.${id}`, found, value, value === undefined ? "not_text" : undefined);
  }

  for (const source of blueprint.labels) {
    const found = findIn(event, eventName, source, readText);
    if (found === undefined) continue;
    if (found.value === NOT_TEXT) onMapped("label_names", found, undefined, "not_text");
    else if (contact.label_names?.includes(found.value)) onMapped("label_names", found, undefined);
    else {
      (contact.label_names ??= []).push(found.value);
      onMapped("label_names", found, found.value);
    }
  }

  if (settings.deduplicate !== false) contact.run_dedupe = true;
  return contact;
}

function findIn<T>(event: unknown, eventName: string, source: CompiledSource, read: Read<T>): Found<T> | undefined {
  if (source.kind === "places") return findValue(event, eventName, source, read);
  if (source.consent !== undefined && readConsent(event, source.consent) !== "granted") return undefined;
  const value = read(source.value);
  return value === undefined ? undefined : { value, raw: source.value, path: "blueprint", way: undefined };
}
