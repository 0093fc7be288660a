import * as z from "zod";
import { CONSENT_PURPOSES, type ConsentPurpose } from "@datafly/signal-connector-kit";

import {
  CONTACT_FIELDS,
  MAX_LENGTHS,
  readField,
  REQUIRED_FIELDS,
  type ContactField,
  type RequiredField,
} from "./contact-fields.js";
import { readText } from "./normalise/text.js";

/**
 * Where a value stands in an event, in dots: `traits.email`, `properties.lead_source`, `context.page.url`, `userId`.
 *
 * Names may have blanks within, but no dots: `traits.Job title`.
 *
 * `traits.…` is looked for in the event's `traits` first and in its `context.traits` next, field by field.
 */
export type Path =
  `${"traits" | "properties" | "context"}.${string}` | "userId" | "anonymousId" | "groupId" | "messageId" | "timestamp";

/** A place in the event: a path, or a path that counts for some events only. */
export type Place =
  | Path
  | {
      /** Where the value stands. */
      readonly path: Path;
      /** The names of the events that it counts for, as they are spelt. */
      readonly events: readonly string[];
    };

/** A fixed text; with `consent`, only where the person has granted that purpose. */
export interface FixedText {
  /** The text; not blank, and one that the field takes. */
  readonly value: string;
  /** The purpose without which it is left out. */
  readonly consent?: ConsentPurpose | undefined;
}

/** Where a value comes from: one place, several of which the first wins whose value the field takes, or a fixed text. */
export type Source = Place | readonly Place[] | FixedText;

/** Which events become contacts, under which consent, and with what in them. A mapping as data. */
export interface Blueprint {
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
}

/** Names may have blanks within, as those of form fields do: `traits.First name`. */
const PATH =
  /^(?:(?:traits|properties|context)(?:\.[^.\s]+(?: +[^.\s]+)*)+|userId|anonymousId|groupId|messageId|timestamp)$/;
const pathSchema = z.custom<Path>((value) => typeof value === "string" && PATH.test(value));
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
const placeSchema = z.union([pathSchema, z.strictObject({ path: pathSchema, events: eventsSchema })]);

const sourceSchema: z.ZodType<Source> = z.union(
  [
    placeSchema,
    z.array(placeSchema).min(1).readonly(),
    z.strictObject({ value: textSchema, consent: consentSchema.optional() }),
  ],
  {
    error:
      'Expected a place in the event ("traits.email", or { path, events }), a list of places, or { value: "a fixed text", consent? }',
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
    events: eventsSchema,
    consent: consentSchema,
    fields: fieldsSchema,
    typed_custom_fields: z
      .record(
        z.string().regex(/^[0-9a-f]{24}$/, "Expected the id of a custom field, 24 hexadecimal digits"),
        sourceSchema,
      )
      .readonly()
      .optional(),
    labels: z.array(sourceSchema).readonly(),
  })
  .superRefine(({ fields }: { fields: Partial<Blueprint["fields"]> }, context) => {
    for (const field of REQUIRED_FIELDS.filter((name) => fields[name] === undefined)) {
      context.addIssue({
        code: "custom",
        path: ["fields", field],
        message: "Missing; Apollo refuses contacts without it",
      });
    }
    for (const field of FIELD_NAMES) {
      const source = fields[field];
      // A text that is blank has been reported already.
      if (isFixedText(source) && source.value !== "" && readField(field, source.value, {})?.value === undefined) {
        context.addIssue({
          code: "custom",
          path: ["fields", field, "value"],
          message: "Not a value that this field takes",
        });
      }
    }
  });

/** Whether a source is a fixed text. */
export function isFixedText(source: Source | undefined): source is FixedText {
  return typeof source === "object" && Object.hasOwn(source, "value");
}

/** Whether a source is a list of places. `Array.isArray` alone does not tell that of a read-only list. */
export function isPlaceList(source: Source): source is readonly Place[] {
  return Array.isArray(source);
}
