/** At least one character that can be seen: a zero-width space is as blank as a space, and so are some letters. */
const VISIBLE = /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Control characters other than blanks, and halves of characters: no text holds them. */
const NO_TEXT = /[^\P{Cc}\s]|\p{Cs}/gu;
/** What is cut off at both ends: blanks of any script, bidi marks. Joiners and variation selectors shape what they stand beside. */
const EDGE = /[\s\p{Bidi_Control}\u00ad\u200b\u2060\u2800\u3164\uffa0]/u;

/** What a value of an event is as text: trimmed, `undefined` if there is nothing in it, or no text at all. */
export type Text = string | undefined | typeof NOT_TEXT;

/** A value that is there but can be no text: an object, a list, a boolean, a number that JSON cannot hold. */
export const NOT_TEXT = Symbol("not a text");

/** Reads a value as text. Numbers become strings; empty and blank is nothing; what no text holds is dropped. */
export function readText(value: unknown): Text {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value !== "string") return NOT_TEXT;
  const text = value.replace(NO_TEXT, "");
  return VISIBLE.test(text) ? trim(text) : undefined;
}

/** The same for the team's own fields, which have types of their own: a number stays a number, and a flag is a value. */
export function readTyped(value: unknown): Text | number | boolean {
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)) ? value : readText(value);
}

/** By hand: a regular expression would go back and forth over a long run of blanks in the middle. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (EDGE.test(text.charAt(start))) start++;
  while (end > start && EDGE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
