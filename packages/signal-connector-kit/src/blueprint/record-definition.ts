import type { Explanation } from "../decision/explanation.js";
import type { FieldRule } from "../normalise/field-rule.js";

/**
 * What a vendor's record can hold: data, by which blueprints are checked and events are mapped. Write it
 * `as const satisfies RecordDefinition`, so that the types of blueprint, payload and rejections follow from it.
 *
 * @typeParam Code the warnings that its fields can give: all must be in `warnings`
 */
export interface RecordDefinition<Code extends string = string> {
  /** The vendor's name, as in "Acme refuses people without it". */
  readonly name: string;
  /** What an event becomes there, in one word: `contact`. */
  readonly record: string;
  /** What can be omitted from a record, in words. {@link valueWarnings} has those of the kit's own fields. */
  readonly warnings: Readonly<Record<Code, Explanation>>;
  /** The fields that hold one text each, by their names in the payload. */
  readonly fields: Readonly<Record<string, FieldRule<Code>>>;
  /** The fields that hold a list of texts, by their names in the payload. */
  readonly lists?: Readonly<Record<string, ListRule<Code>>>;
  /** The fields that hold values by ids of the customer's own, such as custom fields, by their names in payload and blueprint. */
  readonly groups?: Readonly<Record<string, GroupRule>>;
}

/** A field that holds a list of texts, each from a source of its own. Empty texts and those that are in the list already are omitted. */
export interface ListRule<Code extends string = string> {
  /** The part of the blueprint that lists the sources: `labels`. */
  readonly part: string;
  /** How each text is read. A fixed text of the blueprint is taken as it is. */
  readonly rule: FieldRule<Code>;
}

/** A field that holds values by ids of the customer's own. Numbers and booleans stay what they are. */
export interface GroupRule {
  /** What an id looks like. */
  readonly id: RegExp;
  /** The same in words, to follow "Expected": `the id of a custom field`. */
  readonly expected: string;
}

/** A field of a record that holds one text. */
export type FieldOf<D extends RecordDefinition> = keyof D["fields"] & string;

/** A field without which an event is rejected. */
export type RequiredFieldOf<D extends RecordDefinition> = {
  [F in FieldOf<D>]: D["fields"][F] extends { readonly required: string } ? F : never;
}[FieldOf<D>];

/** Why an event is rejected: it is not a Signal event, or lacks a required field. */
export type RejectReasonOf<D extends RecordDefinition> =
  | "invalid_event"
  | {
      [F in FieldOf<D>]: D["fields"][F] extends { readonly required: infer R extends string } ? R : never;
    }[FieldOf<D>];

/** A value that a field of the customer's own can hold. */
export type CustomValue = string | number | boolean;

/** What an event becomes: the fields that have a value. None of them is empty: an empty value could clear what is stored. */
export type RecordOf<D extends RecordDefinition> = Record<RequiredFieldOf<D>, string> &
  Partial<Record<Exclude<FieldOf<D>, RequiredFieldOf<D>>, string>> &
  Partial<Record<keyof D["lists"] & string, string[]>> &
  Partial<Record<keyof D["groups"] & string, Record<string, CustomValue>>>;
