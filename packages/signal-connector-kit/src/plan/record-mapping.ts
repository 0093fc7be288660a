import type { CompiledField } from "../blueprint/compiled-blueprint.js";
import { findValue, type Found, type Read } from "../blueprint/find-value.js";
import type { CustomValue } from "../blueprint/record-definition.js";
import { readCustomField, readField } from "../normalise/field-rule.js";
import type { NamePart } from "../normalise/name-part.js";
import { omitted } from "../normalise/normaliser.js";
import { areNoNames, isWordForNothing } from "../normalise/placeholder.js";
import { readText } from "../normalise/text.js";
import type { CompiledPlan } from "./compiled-plan.js";

/**
 * Is told of each value that a record is made of, or that is left out of it.
 *
 * @param sent the value as it is sent; `undefined` if it is left out
 */
export type OnMapped = (field: string, found: Found<CustomValue>, sent: CustomValue | undefined) => void;

/** A record that is being put together: the fields that have a value. Required ones may be missing. */
export type MappedRecord = Record<string, CustomValue | string[] | Record<string, CustomValue>>;

/** Maps an event to a record. No value of it is empty: an empty value would clear what the vendor has stored. */
export function mapRecord(event: unknown, eventName: string, plan: CompiledPlan, onMapped: OnMapped): MappedRecord {
  const { blueprint, settings } = plan;
  const record: MappedRecord = {};
  const values = blueprint.fields.map(({ rule, source }) =>
    findValue(event, eventName, source, (raw) => readField(rule, raw, settings)),
  );
  if (hasNoRealName(blueprint.fields, values)) takeRealNames(event, eventName, plan, values);
  for (let index = 0; index < values.length; index++) {
    const found = values[index];
    const field = blueprint.fields[index]?.field;
    if (found === undefined || field === undefined) continue;
    if (found.refused) onMapped(field, found.refused, undefined);
    if (found.normalised.value !== undefined) record[field] = found.normalised.value;
    onMapped(field, found, found.normalised.value);
  }

  for (const { field, sources } of blueprint.groups) {
    const custom: Record<string, CustomValue> = {};
    for (const [id, source] of sources) {
      const found = findValue(event, eventName, source, readCustomField);
      if (found === undefined) continue;
      if (found.refused) onMapped(`${field}.${id}`, found.refused, undefined);
      if (found.normalised.value !== undefined) custom[id] = found.normalised.value;
      onMapped(`${field}.${id}`, found, found.normalised.value);
    }
    if (Object.keys(custom).length > 0) record[field] = custom;
  }

  for (const { field, rule, sources } of blueprint.lists) {
    const entries: string[] = [];
    // A fixed text is what the blueprint means it to be.
    const readEntry: Read<string> = (raw, isFixed) =>
      isFixed ? readText(raw, rule.maxLength) : readField(rule, raw, settings);
    for (const source of sources) {
      const found = findValue(event, eventName, source, readEntry);
      if (found === undefined) continue;
      if (found.refused) onMapped(field, found.refused, undefined);
      const isNew = found.normalised.value !== undefined && !entries.includes(found.normalised.value);
      if (isNew) entries.push(found.normalised.value);
      onMapped(field, found, isNew ? found.normalised.value : undefined);
    }
    if (entries.length > 0) record[field] = entries;
  }

  for (const [field, value] of plan.constants) record[field] = value;
  return record;
}

/** What was found for each field of a blueprint, in its order. */
type FoundValues = (Found<string> | undefined)[];

/**
 * Whether both names are words that people are called and that stand for nothing as well: Christopher Null is a name, null null is
 * not.
 */
function hasNoRealName(fields: readonly CompiledField[], values: FoundValues): boolean {
  const nameOf = (part: NamePart) => values[fields.findIndex(({ rule }) => rule.part === part)]?.normalised.value;
  const [first, last] = [nameOf("first"), nameOf("last")];
  return first !== undefined && last !== undefined && areNoNames(first, last);
}

/** Replaces names that are such words by real ones from other places of the event. If there is none, both names are omitted. */
function takeRealNames(
  event: unknown,
  eventName: string,
  { blueprint: { fields }, settings }: CompiledPlan,
  values: FoundValues,
): void {
  for (const [index, { rule, source }] of fields.entries()) {
    if (rule.part === undefined) continue;
    const real = findValue(event, eventName, source, (raw) => {
      const read = readField(rule, raw, settings);
      // A name that is not such a word.
      return read?.value !== undefined && isWordForNothing(read.value) ? omitted("placeholder") : read;
    });
    if (real?.normalised.value !== undefined) values[index] = real;
  }
  if (!hasNoRealName(fields, values)) return;
  for (const [index, { rule }] of fields.entries()) {
    const found = values[index];
    if (found && rule.part !== undefined) values[index] = { ...found, normalised: omitted("placeholder") };
  }
}
