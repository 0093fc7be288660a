/**
 * Something that was omitted from a record, while the record is still delivered.
 *
 * @typeParam Code the codes that it can have
 */
export interface Warning<Code extends string = string> {
  /** What it is, in a word that stays the same: a name of the vendor's table of warnings. */
  readonly code: Code;
  /** The field of the record that it is about. */
  readonly field: string;
  /** Where the value is in the event, for instance `context.traits.phone`; `blueprint` for a fixed text. */
  readonly source?: string;
  /** The same in words. Holds no value of the event, and so no personal data. */
  readonly message: string;
}
