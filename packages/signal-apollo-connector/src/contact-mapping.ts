import type { CreateContactRequest } from "@datafly/apollo-client";

import type { CompiledBlueprint, CompiledSource } from "./compiled-blueprint.js";
import { readConsent } from "./consent.js";
import { CONTACT_FIELDS, type ContactField } from "./contact-fields.js";
import { findValue, type Found } from "./find-value.js";
import type { Normalised } from "./normalise/normaliser.js";
import { NOT_TEXT, readText, readTyped } from "./normalise/text.js";
import type { PlanSettings } from "./settings.js";
import { warningOf, type Warning } from "./warning.js";

/** What an event says of a contact: the fields that have a value, and warnings about those that were left out. */
export interface MappedContact {
  readonly contact: CreateContactRequest;
  readonly warnings: readonly Warning[];
}

/** Maps an event to a contact. No value of the result is empty: an empty value would clear what Apollo has stored. */
export function mapContact(
  event: unknown,
  eventName: string,
  blueprint: CompiledBlueprint,
  settings: PlanSettings,
): MappedContact {
  const warnings: Warning[] = [];
  const find = <T>(source: CompiledSource, read: (value: unknown) => T | undefined | typeof NOT_TEXT) =>
    findIn(event, eventName, source, read);

  const fields: Partial<Record<ContactField, string>> = {};
  for (const [field, source] of blueprint.fields) {
    const found = find(source, readText);
    if (found === undefined) continue;
    const { value, warning }: Normalised =
      found.value === NOT_TEXT ? { warning: "not_text" } : CONTACT_FIELDS[field](found.value, settings);
    if (value !== undefined) fields[field] = value;
    if (warning !== undefined) warnings.push(warningOf(warning, field, found.path));
  }

  const customFields: Record<string, string | number | boolean> = {};
  for (const [id, source] of blueprint.customFields) {
    const found = find(source, readTyped);
    if (found === undefined) continue;
    if (found.value !== NOT_TEXT) customFields[id] = found.value;
    else warnings.push(warningOf("not_text", `typed_custom_fields.${id}`, found.path));
  }

  const labels = new Set<string>();
  for (const source of blueprint.labels) {
    const found = find(source, readText);
    if (found === undefined) continue;
    if (found.value !== NOT_TEXT) labels.add(found.value);
    else warnings.push(warningOf("not_text", "label_names", found.path));
  }

  return {
    contact: {
      ...fields,
      ...(Object.keys(customFields).length > 0 && { typed_custom_fields: customFields }),
      ...(labels.size > 0 && { label_names: [...labels] }),
      ...(settings.deduplicate !== false && { run_dedupe: true }),
    },
    warnings,
  };
}

function findIn<T>(
  event: unknown,
  eventName: string,
  source: CompiledSource,
  read: (value: unknown) => T | undefined | typeof NOT_TEXT,
): Found<T> | undefined {
  if (source.kind === "places") return findValue(event, eventName, source, read);
  if (source.consent !== undefined && readConsent(event, source.consent) !== "granted") return undefined;
  const value = read(source.value);
  return value === undefined ? undefined : { value, path: "blueprint" };
}
