import type { CreateContactRequest } from "@datafly/apollo-client";

import type { CompiledBlueprint, CompiledSource } from "./compiled-blueprint.js";
import { readConsent } from "./consent.js";
import { CONTACT_FIELDS, type ContactField } from "./contact-fields.js";
import { findValue, type Found, type Read } from "./find-value.js";
import type { MappedField } from "./mapped-field.js";
import type { Normalised } from "./normalise/normaliser.js";
import { NOT_TEXT, readText, readTyped } from "./normalise/text.js";
import type { PlanSettings } from "./settings.js";
import { warningOf, type WarningCode } from "./warning.js";

/** What an event says of a contact: the fields that have a value, and how each value came to be what it is. */
export interface MappedContact {
  readonly contact: CreateContactRequest;
  readonly mapping: readonly MappedField[];
}

/** Maps an event to a contact. No value of the result is empty: an empty value would clear what Apollo has stored. */
export function mapContact(
  event: unknown,
  eventName: string,
  blueprint: CompiledBlueprint,
  settings: PlanSettings,
): MappedContact {
  const mapping: MappedField[] = [];
  const find = <T>(source: CompiledSource, read: Read<T>) => findIn(event, eventName, source, read);

  const fields: Partial<Record<ContactField, string>> = {};
  for (const [field, source] of blueprint.fields) {
    const found = find(source, readText);
    if (found === undefined) continue;
    const { value, warning }: Normalised =
      found.value === NOT_TEXT ? { warning: "not_text" } : CONTACT_FIELDS[field](found.value, settings);
    if (value !== undefined) fields[field] = value;
    mapping.push(mappedField(field, found, value, warning));
  }

  const customFields: Record<string, string | number | boolean> = {};
  for (const [id, source] of blueprint.customFields) {
    const found = find(source, readTyped);
    if (found === undefined) continue;
    const value = found.value === NOT_TEXT ? undefined : found.value;
    if (value !== undefined) customFields[id] = value;
    mapping.push(mappedField(`typed_custom_fields.${id}`, found, value, value === undefined ? "not_text" : undefined));
  }

  const labels = new Set<string>();
  for (const source of blueprint.labels) {
    const found = find(source, readText);
    if (found === undefined) continue;
    if (found.value === NOT_TEXT) {
      mapping.push(mappedField("label_names", found, undefined, "not_text"));
      continue;
    }
    mapping.push(mappedField("label_names", found, labels.has(found.value) ? undefined : found.value));
    labels.add(found.value);
  }

  const deduplicate = settings.deduplicate !== false;
  if (deduplicate) mapping.push({ field: "run_dedupe", found: true, sent: true });

  return {
    contact: {
      ...fields,
      ...(Object.keys(customFields).length > 0 && { typed_custom_fields: customFields }),
      ...(labels.size > 0 && { label_names: [...labels] }),
      ...(deduplicate && { run_dedupe: true }),
    },
    mapping,
  };
}

function mappedField(
  field: string,
  { raw, path, source }: Found<unknown>,
  sent: string | number | boolean | undefined,
  warning?: WarningCode,
): MappedField {
  return {
    field,
    ...(source !== undefined && { source }),
    found: raw,
    ...(sent !== undefined && { sent }),
    ...(warning !== undefined && { warning: warningOf(warning, field, path) }),
  };
}

function findIn<T>(event: unknown, eventName: string, source: CompiledSource, read: Read<T>): Found<T> | undefined {
  if (source.kind === "places") return findValue(event, eventName, source, read);
  if (source.consent !== undefined && readConsent(event, source.consent) !== "granted") return undefined;
  const value = read(source.value);
  return value === undefined ? undefined : { value, raw: source.value, path: "blueprint", source: undefined };
}
