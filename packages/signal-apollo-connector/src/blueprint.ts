import * as z from "zod";
import {
  CONSENT_PURPOSES,
  NAME_PARTS,
  readText,
  type ConsentPurpose,
  type NamePart,
} from "@datafly/signal-connector-kit";

import {
  CONTACT_FIELDS,
  MAX_LENGTHS,
  readField,
  REQUIRED_FIELDS,
  type ContactField,
  type RequiredField,
} from "./contact-fields.js";

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

/** Which events become contacts, under which consent, and with what in them. A mapping as data. */
export interface Blueprint {
  /** Where the JSON Schema of blueprints is, for editors. Not read. */
  readonly $schema?: string | undefined;
  /** The names of the track events that become contacts, as they are spelt. All others are dropped. */
  readonly events: readonly string[];
  /** The consent without which nothing is delivered. */
  readonly consent: ConsentPurpose;
  /** Where each field of the contact comes from. `first_name` and `last_name` must be among them. */
  readonly fields: Readonly<Partial<Record<ContactField, Source | undefined>> & Record<RequiredField, Source>>;
  /** Where the team's own fields come from, by the id of the field. Numbers and booleans stay what they are. */
  readonly typed_custom_fields?: Readonly<Record<string, Source>> | undefined;
  /** The labels, in this order; those that are empty or stand there already are left out. */
  readonly labels: readonly Source[];
  /**
   * Texts that stand for a missing name, company, title, address or label, beside those that always do (`N/A`, `undefined`):
   * `["Keine Auskunft"]`. Compared without regard to case.
   */
  readonly placeholders?: readonly string[] | undefined;
}

/** Names may have blanks within, as those of form fields do: `traits.First name`. */
const PATH =
  /^(?:(?:traits|properties|context)(?:\.[^.\s]+(?: +[^.\s]+)*)+|userId|anonymousId|groupId|messageId|timestamp)$/;
const pathSchema = z.string().regex(PATH, { abort: true }) as z.ZodString & z.ZodType<Path>;
/** Apollo's own examples have three forms: 24 hexadecimal digits, the same behind `contact.`, and a UUID. */
const CUSTOM_FIELD_ID = /^(?:(?:contact\.)?[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const CUSTOM_FIELD_ID_EXPECTED =
  "Expected the id of a custom field: 24 hexadecimal digits, the same behind contact., or a UUID";
const NOT_BLANK = "Expected a text that is not blank";
const textSchema = z
  .string()
  .max(MAX_LENGTHS.text)
  .overwrite((value) => readText(value, MAX_LENGTHS.text)?.value ?? "")
  .min(1, NOT_BLANK);
/** Not trimmed: an event's name is not, either. */
const eventNameSchema = z.string().refine((value) => readText(value, MAX_LENGTHS.text)?.value !== undefined, NOT_BLANK);
const eventsSchema = z.array(eventNameSchema).min(1).readonly();
const consentSchema = z.enum(CONSENT_PURPOSES);
const placeSchema = z.union([
  pathSchema,
  z.strictObject({
    path: pathSchema,
    events: eventsSchema.optional(),
    part: z.enum(NAME_PARTS).optional(),
    value_map: z.record(textSchema, textSchema.nullable()).readonly().optional(),
  }),
]);
const fixedTextSchema = z.strictObject({ value: textSchema, consent: consentSchema.optional() });

const sourceSchema: z.ZodType<Source> = z.union(
  [
    placeSchema,
    fixedTextSchema,
    z
      .array(z.union([placeSchema, fixedTextSchema]))
      .min(1)
      .readonly(),
  ],
  {
    error:
      'Expected a place in the event ("traits.email", or { path, events?, part?, value_map? }), { value: "a fixed text", consent? }, or a list of them',
  },
);

const FIELD_NAMES = Object.keys(CONTACT_FIELDS) as ContactField[];

// The order of the fields is kept, as an object with a key for each would not. That the required ones are there is checked below.
const fieldsSchema = z.partialRecord(z.enum(FIELD_NAMES), sourceSchema.optional()).readonly() as z.ZodType<
  Blueprint["fields"]
>;

/** Checks a blueprint. */
export const blueprintSchema: z.ZodType<Blueprint> = z
  .strictObject({
    $schema: z.string().optional(),
    events: eventsSchema,
    consent: consentSchema,
    fields: fieldsSchema,
    typed_custom_fields: z
      .record(z.string().regex(CUSTOM_FIELD_ID, CUSTOM_FIELD_ID_EXPECTED), sourceSchema)
      .readonly()
      .optional(),
    labels: z.array(sourceSchema).readonly(),
    placeholders: z.array(textSchema).readonly().optional(),
  })
  .superRefine(({ fields }: { fields: Partial<Blueprint["fields"]> }, context) => {
    for (const field of REQUIRED_FIELDS.filter((name) => fields[name] === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["fields", field],
        message: "Missing; Apollo refuses contacts without it",
      });
    }
    for (const [field, source] of Object.entries(fields) as [ContactField, Source | undefined][]) {
      if (source === undefined) continue;
      for (const { path, text } of textsOf(source)) {
        // A text that is blank has been reported already.
        if (text === "" || readField(field, text, {})?.value !== undefined) continue;
        context.addIssue({
          code: "custom",
          path: ["fields", field, ...path],
          message: "Not a value that this field takes",
        });
      }
    }
  })
  .superRefine(({ fields, typed_custom_fields: customFields = {}, labels }, context) => {
    const sources: [PropertyKey[], Source | undefined][] = [
      ...entriesAt("fields", fields),
      ...entriesAt("typed_custom_fields", customFields),
      ...labels.map((source, index): [PropertyKey[], Source] => [["labels", index], source]),
    ];
    for (const [path, source] of sources) {
      if (source === undefined || !isList(source)) continue;
      const end = source.findIndex((one) => isFixedText(one) && one.consent === undefined);
      if (end === -1 || end === source.length - 1) continue;
      context.addIssue({
        code: "custom",
        path: [...path, end + 1],
        message: "Never used: the fixed text before it always counts",
      });
    }
  });

function entriesAt(part: string, sources: Readonly<Record<string, Source | undefined>>) {
  return Object.entries(sources).map(([name, source]): [PropertyKey[], Source | undefined] => [[part, name], source]);
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
