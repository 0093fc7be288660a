import * as z from "zod";

import { CONSENT_PURPOSES, type ConsentPurpose } from "../consent/consent.js";
import { MAX_LENGTHS, readField } from "../normalise/field-rule.js";
import { NAME_PARTS, type NamePart } from "../normalise/name-part.js";
import { readText } from "../normalise/text.js";
import type { FieldOf, RecordDefinition, RequiredFieldOf } from "./record-definition.js";

/**
 * Where a value stands in an event, in dots: `traits.email`, `properties.lead_source`, `context.page.url`, `userId`.
 *
 * Names may have blanks within, but no dots: `traits.Job title`.
 *
 * `traits.…` is looked for in the event's `traits` first and in its `context.traits` next, field by field.
 */
export type Path =
  `${"traits" | "properties" | "context"}.${string}` | "userId" | "anonymousId" | "groupId" | "messageId" | "timestamp";

/** A place in the event: a path, or a path with what narrows it down or is done with the value. */
export type Place = Path | DetailedPlace;

/** A path with what narrows it down, or is done with the value before the field reads it: first `part`, then `value_map`. */
export interface DetailedPlace {
  /** Where the value stands. */
  readonly path: Path;
  /** The names of the events that it counts for, as they are spelt. Default: all. */
  readonly events?: readonly string[] | undefined;
  /**
   * Which part of a full name is taken: `first` is the first word, `last` is everything after it. A title such as `Dr.` is skipped.
   * A single word and a text with a comma (`Zheng, Tim`) have no parts: they are not guessed at. Default: the whole value.
   */
  readonly part?: NamePart | undefined;
  /**
   * What is sent for a value: `{ "web": "Website", "n/a": null }`. The value is compared as trimmed text, and case counts; numbers
   * and booleans are compared as text, too. `null` counts as empty. A value that is not listed stays as it is.
   */
  readonly value_map?: Readonly<Record<string, string | null>> | undefined;
}

/** A fixed text; with `consent`, only where the person has granted that purpose. */
export interface FixedText {
  /** The text; not blank, and one that the field takes. */
  readonly value: string;
  /** The purpose without which it is left out. */
  readonly consent?: ConsentPurpose | undefined;
}

/**
 * Where a value comes from: one place, a fixed text, or a list of them, of which the first wins whose value the field takes. A
 * fixed text at the end of a list is the default value.
 */
export type Source = Place | FixedText | readonly (Place | FixedText)[];

/**
 * Which events become records, under which consent, and with what in them. A mapping as data.
 *
 * @typeParam Field the fields of the record
 * @typeParam Required those without which an event is rejected: each needs a source
 */
export interface Blueprint<Field extends string = string, Required extends Field = never> {
  /** Where the JSON Schema of blueprints is, for editors. Not read. */
  readonly $schema?: string | undefined;
  /** The names of the track events that become records, as they are spelt. All others are dropped. */
  readonly events: readonly string[];
  /** The consent without which nothing is delivered. */
  readonly consent: ConsentPurpose;
  /** Where each field of the record comes from. The required ones must be among them. */
  readonly fields: Readonly<Partial<Record<Field, Source | undefined>> & Record<Required, Source>>;
  /**
   * Texts that stand for a missing name, company, title, address or entry of a list, beside those that always do (`N/A`, `undefined`):
   * `["Keine Auskunft"]`. Compared without regard to case.
   */
  readonly placeholders?: readonly string[] | undefined;
}

/** The blueprints of a record: with a part for each of its lists, and for each of its groups of custom fields. */
export type BlueprintOf<D extends RecordDefinition> = Blueprint<FieldOf<D>, RequiredFieldOf<D>> &
  ListParts<D["lists"]> &
  GroupParts<D["groups"]>;

/** The sources of the entries of each list, in the list's order. */
type ListParts<Lists> = {
  readonly [
    L in keyof Lists as Lists[L] extends { readonly part: infer P extends string } ? P : never
  ]: readonly Source[];
};

/** The source of each custom field, by its id. */
type GroupParts<Groups> = { readonly [G in keyof Groups]?: Readonly<Record<string, Source>> | undefined };

/** Names may have blanks within, as those of form fields do: `traits.First name`. */
const PATH =
  /^(?:(?:traits|properties|context)(?:\.[^.\s]+(?: +[^.\s]+)*)+|userId|anonymousId|groupId|messageId|timestamp)$/;
const NOT_BLANK = "Expected a text that is not blank";

/** Makes the schemas of what blueprints of all records are made of. A function, so that bundles without blueprints go without them. */
export function makePartSchemas() {
  const path = z.string().regex(PATH, { abort: true }) as z.ZodString & z.ZodType<Path>;
  const text = z
    .string()
    .max(MAX_LENGTHS.text)
    .overwrite((value) => readText(value, MAX_LENGTHS.text)?.value ?? "")
    .min(1, NOT_BLANK);
  // Not trimmed: an event's name is not, either.
  const eventName = z.string().refine((value) => readText(value, MAX_LENGTHS.text)?.value !== undefined, NOT_BLANK);
  const events = z.array(eventName).min(1).readonly();
  const consent = z.enum(CONSENT_PURPOSES);
  const place = z.union([
    path,
    z.strictObject({
      path,
      events: events.optional(),
      part: z.enum(NAME_PARTS).optional(),
      value_map: z.record(text, text.nullable()).readonly().optional(),
    }),
  ]);
  const fixedText = z.strictObject({ value: text, consent: consent.optional() });
  const source: z.ZodType<Source> = z.union(
    [
      place,
      fixedText,
      z
        .array(z.union([place, fixedText]))
        .min(1)
        .readonly(),
    ],
    {
      error:
        'Expected a place in the event ("traits.email", or { path, events?, part?, value_map? }), { value: "a fixed text", consent? }, or a list of them',
    },
  );
  return { text, events, consent, source };
}

/** The parts of a blueprint beside `fields`, as the checks look at them. */
type Parts = Readonly<Record<string, unknown>> & Pick<Blueprint, "fields">;

/** Makes the schema that checks the blueprints of a record. Its messages repeat no value. */
export function blueprintSchema<D extends RecordDefinition>(definition: D): z.ZodType<BlueprintOf<D>> {
  const { name: vendor, record, fields: rules, lists = {}, groups = {} } = definition;
  const listParts = Object.values(lists).map(({ part }) => part);
  const required = Object.keys(rules).filter((field) => rules[field]?.required !== undefined);
  const { text, events, consent, source } = makePartSchemas();
  const schema = z
    .strictObject({
      $schema: z.string().optional(),
      events,
      consent,
      // The order of the fields is kept, as an object with a key for each would not.
      fields: z.partialRecord(z.enum(Object.keys(rules)), source.optional()).readonly(),
      ...mapValues(groups, ({ id, expected }) =>
        z
          .record(z.string().regex(id, `Expected ${expected}`), source)
          .readonly()
          .optional(),
      ),
      ...Object.fromEntries(listParts.map((part) => [part, z.array(source).readonly()])),
      placeholders: z.array(text).readonly().optional(),
    })
    .superRefine(({ fields }: Parts, context) => {
      for (const field of required.filter((name) => fields[name] === undefined)) {
        context.addIssue({
          code: "custom",
          path: ["fields", field],
          message: `Missing; ${vendor} refuses ${record}s without it`,
        });
      }
      for (const [field, source] of Object.entries(fields)) {
        const rule = rules[field];
        if (source === undefined || rule === undefined) continue;
        for (const { path, text } of textsOf(source)) {
          // A text that is blank has been reported already.
          if (text === "" || readField(rule, text, {})?.value !== undefined) continue;
          context.addIssue({
            code: "custom",
            path: ["fields", field, ...path],
            message: "Not a value that this field takes",
          });
        }
      }
    })
    .superRefine((blueprint: Parts, context) => {
      for (const part of ["fields", ...Object.keys(groups), ...listParts]) {
        for (const [name, source] of Object.entries((blueprint[part] ?? {}) as Record<string, Source | undefined>)) {
          if (source === undefined || !isList(source)) continue;
          const end = source.findIndex((one) => isFixedText(one) && one.consent === undefined);
          if (end === -1 || end === source.length - 1) continue;
          context.addIssue({
            code: "custom",
            path: [part, name, end + 1],
            message: "Never used: the fixed text before it always counts",
          });
        }
      }
    });
  return schema as unknown as z.ZodType<BlueprintOf<D>>;
}

function mapValues<T, U>(object: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

/** The texts that a source itself brings along, and where in it they are. */
function textsOf(source: Source, path: readonly PropertyKey[] = []): { path: PropertyKey[]; text: string }[] {
  if (isList(source)) return source.flatMap((one, index) => textsOf(one, [...path, index]));
  if (typeof source === "string") return [];
  if (isFixedText(source)) return [{ path: [...path, "value"], text: source.value }];
  return Object.entries(source.value_map ?? {}).flatMap(([name, text]) =>
    text === null ? [] : [{ path: [...path, "value_map", name], text }],
  );
}

/** Whether a source is a fixed text. */
export function isFixedText(source: Source): source is FixedText {
  return typeof source === "object" && Object.hasOwn(source, "value");
}

/** Whether a source is a list. `Array.isArray` alone does not tell that of a read-only list. */
export function isList(source: Source): source is readonly (Place | FixedText)[] {
  return Array.isArray(source);
}
