import type { Warning } from "./warning.js";

/**
 * What became of one value on its way from an event to a record. For previews.
 *
 * @typeParam Code the codes that its warning can have
 */
export interface MappedField<Code extends string = string> {
  /** The field of the record. */
  readonly field: string;
  /** Where the value is in the event. Absent if the value is not the event's own: a fixed text of the blueprint, say. */
  readonly source?: string;
  /** Whether the value comes from a setting of the connector, and not from the event or the blueprint. */
  readonly isSetting?: true;
  /** The value as it is there. Personal data. */
  readonly found: unknown;
  /** The value as it is sent. Absent if it is omitted. */
  readonly sent?: string | number | boolean;
  /** Why the value, or a part of it, was omitted. */
  readonly warning?: Warning<Code>;
}
