import type { CreateContactRequest } from "@datafly/apollo-client";
import { areNoNames, isWordForNothing, omitted, readText, type Normalised } from "@datafly/signal-connector-kit";

import type { CompiledBlueprint } from "./compiled-blueprint.js";
import {
  MAX_LENGTHS,
  readCustomField,
  readField,
  readLabel,
  REQUIRED_FIELDS,
  type ContactField,
} from "./contact-fields.js";
import { findValue, type Found, type Read } from "./find-value.js";
import type { CompiledSettings } from "./settings.js";
import type { WarningCode } from "./warning.js";

/**
 * Is told of each value that a contact is made of, or that is left out of it.
 *
 * @param sent the value as it is sent; `undefined` if it is left out
 */
export type OnMapped = (field: string, found: Found<Value>, sent: Value | undefined) => void;

/** What a field can hold: the team's own ones have types of their own. */
type Value = string | number | boolean;

/** A contact that is being put together: the fields that have a value, of which the names may be missing. */
export type MappedContact = Partial<Record<ContactField, string>> &
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
): MappedContact {
  const { blueprint } = settings;
  const contact: MappedContact = {};
  const values = blueprint.fields.map(([field, source]) =>
    findValue(event, eventName, source, (raw) => readField(field, raw, settings)),
  );
  if (hasNoRealName(blueprint, values)) takeRealNames(event, eventName, settings, values);
  for (let index = 0; index < values.length; index++) {
    const found = values[index];
    const field = blueprint.fields[index]?.[0];
    if (found === undefined || field === undefined) continue;
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
  // A fixed text is what the blueprint means it to be.
  const readThisLabel: Read<string> = (raw, isFixed) =>
    isFixed ? readText(raw, MAX_LENGTHS.text) : readLabel(raw, settings);
  for (const source of blueprint.labels) {
    const found = findValue(event, eventName, source, readThisLabel);
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

/** What was found for each field of a blueprint, in its order. */
type FoundValues = (Found<string> | undefined)[];

/**
 * Whether both names are words that people are called and that stand for nothing as well: Christopher Null is a name, null null is
 * not.
 */
function hasNoRealName({ fields }: CompiledBlueprint, values: FoundValues): boolean {
  const [first, last] = REQUIRED_FIELDS.map(
    (name) => values[fields.findIndex(([field]) => field === name)]?.normalised.value,
  );
  return first !== undefined && last !== undefined && areNoNames(first, last);
}

/** Replaces names that are such words by real ones from other places of the event. If there is none, both names are omitted. */
function takeRealNames(event: unknown, eventName: string, settings: CompiledSettings, values: FoundValues): void {
  const { blueprint } = settings;
  for (const [index, [field, source]] of blueprint.fields.entries()) {
    if (!isRequired(field)) continue;
    const real = findValue(event, eventName, source, (raw) => readRealName(field, raw, settings));
    if (real?.normalised.value !== undefined) values[index] = real;
  }
  if (!hasNoRealName(blueprint, values)) return;
  for (const [index, [field]] of blueprint.fields.entries()) {
    const found = values[index];
    if (found && isRequired(field)) values[index] = { ...found, normalised: omitted("placeholder") };
  }
}

/** A name that is not such a word. */
function readRealName(
  field: ContactField,
  raw: unknown,
  settings: CompiledSettings,
): Normalised<string, WarningCode> | undefined {
  const read = readField(field, raw, settings);
  return read?.value !== undefined && isWordForNothing(read.value) ? omitted("placeholder") : read;
}

function isRequired(field: ContactField): boolean {
  return (REQUIRED_FIELDS as readonly ContactField[]).includes(field);
}
