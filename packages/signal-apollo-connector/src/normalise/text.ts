import { omitted, taken, type Normalised } from "./normaliser.js";

/** At least one character that can be seen: a zero-width space is as blank as a space, and so are some letters. */
const VISIBLE = /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Control characters other than blanks, and halves of characters: no text holds them. */
const NO_TEXT = /[^\P{Cc}\s]|\p{Cs}/gu;
/** What is cut off at both ends: blanks of any script, bidi marks. Joiners and variation selectors shape what they stand beside. */
const EDGE = /[\s\p{Bidi_Control}\u00ad\u200b\u2060\u2800\u3164\uffa0]/u;

/**
 * Reads a value as text: trimmed, `undefined` if there is nothing in it. Numbers become strings; what no text holds is dropped.
 * An object, a list, a flag or a number that JSON cannot hold can be no text.
 *
 * @param maxLength the most characters (UTF-16 code units) of a text, those included that are trimmed. Takes linear time in any case
 */
export function readText(value: unknown, maxLength: number): Normalised | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return taken(String(value));
  if (typeof value !== "string") return omitted("not_text");
  // Before any expression sees it.
  if (value.length > maxLength) return omitted("too_long");
  const text = value.replace(NO_TEXT, "");
  return VISIBLE.test(text) ? taken(trim(text)) : undefined;
}

/** The same for the team's own fields, which have types of their own: a number stays a number, and a flag is a value. */
export function readTyped(value: unknown, maxLength: number): Normalised<string | number | boolean> | undefined {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return taken(value);
  return readText(value, maxLength);
}

/** By hand: a regular expression would go back and forth over a long run of blanks in the middle. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (EDGE.test(text.charAt(start))) start++;
  while (end > start && EDGE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
