/** At least one character that can be seen. A zero-width space is as blank as a space. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

/** What a value of an event is as text: trimmed, `undefined` if there is nothing in it, or no text at all. */
export type Text = string | undefined | typeof NOT_TEXT;

/** A value that is there but can be no text: an object, a list, a boolean. */
export const NOT_TEXT = Symbol("not a text");

/** Reads a value as text. Numbers become strings; empty and blank is nothing. */
export function readText(value: unknown): Text {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return NOT_TEXT;
  return VISIBLE.test(value) ? value.trim() : undefined;
}
