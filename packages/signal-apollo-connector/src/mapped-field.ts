import type { Warning } from "./warning.js";

/** What became of one value on its way from an event to a contact. */
export interface MappedField {
  /** The field of the contact: `email`, `label_names` (once for each label), `typed_custom_fields.<id>`, `run_dedupe`. */
  readonly field: string;
  /**
   * Where the value stands in the event: `traits.email`, or `context.traits.email` if it was found there. Not there where the
   * value is not the event's: a fixed text of the blueprint, and `run_dedupe`.
   */
  readonly source?: string;
  /** The value as it stands there: personal data. */
  readonly found: unknown;
  /**
   * The value as it is sent. Not there if it is left out: for what `warning` says, or as a name without a letter, or as a
   * label that is there already.
   */
  readonly sent?: string | number | boolean;
  /** What was left out of it. */
  readonly warning?: Warning;
}
