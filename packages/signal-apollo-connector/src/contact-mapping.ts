import type { CreateContactRequest } from "@datafly/apollo-client";

import type { CompiledBlueprint, CompiledSource } from "./compiled-blueprint.js";
import { readConsent } from "./consent.js";
import { CONTACT_FIELDS, type ContactField } from "./contact-fields.js";
import { findText, type Found } from "./find-text.js";
import type { Normalised } from "./normalise/normaliser.js";
import { NOT_TEXT } from "./normalise/text.js";
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
  const find = (source: CompiledSource) => findIn(event, eventName, source);

  const fields: Partial<Record<ContactField, string>> = {};
  for (const [field, source] of blueprint.fields) {
    const found = find(source);
    if (found === undefined) continue;
    const { value, warning }: Normalised =
      found.text === NOT_TEXT ? { warning: "not_text" } : CONTACT_FIELDS[field](found.text, settings);
    if (value !== undefined) fields[field] = value;
    if (warning !== undefined) warnings.push(warningOf(warning, field, found.path));
  }

  const customFields: Record<string, string | number | boolean> = {};
  for (const [id, source] of blueprint.customFields) {
    const found = find(source);
    if (found === undefined) continue;
    // The team's own fields have types of their own: a number stays a number here, and a flag is a value.
    if (typeof found.value === "number" || typeof found.value === "boolean") customFields[id] = found.value;
    else if (found.text !== NOT_TEXT) customFields[id] = found.text;
    else warnings.push(warningOf("not_text", `typed_custom_fields.${id}`, found.path));
  }

  const labels = new Set<string>();
  for (const source of blueprint.labels) {
    const found = find(source);
    if (found === undefined) continue;
    if (found.text !== NOT_TEXT) labels.add(found.text);
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

function findIn(event: unknown, eventName: string, source: CompiledSource): Found | undefined {
  if (source.kind === "places") return findText(event, eventName, source);
  const { value, consent } = source;
  return consent === undefined || readConsent(event, consent) === "granted"
    ? { text: value, value, path: "blueprint" }
    : undefined;
}
