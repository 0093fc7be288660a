import { omitted, taken, type Normalised } from "./normaliser.js";
import { ASCII_ONLY } from "./typed-text.js";

/** Printable ASCII in words with one space between: nothing to clean. Most texts are that. */
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;
/** In texts of millions of characters, the expression would overflow the stack. */
const MAX_CLEAN_LENGTH = 65_536;
/**
 * What no reader sees and no word needs: control characters, halves of characters, bidirectional marks, soft hyphens, zero-width
 * spaces, byte order marks, tags, fillers. Variation selectors are spelling behind a visible character, and junk elsewhere.
 * Tags name the region of a flag. White space and joiners have rules of their own.
 */
const INVISIBLE =
  /(?<!(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{S}\p{P}])\p{Variation_Selector}|(?![\p{White_Space}\u3164\uffa0\p{Join_Control}\p{Variation_Selector}]|(?<=\u{1f3f4}[\u{e0030}-\u{e007a}]{0,6})[\u{e0030}-\u{e007f}])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\ufff9-\ufffc]/gu;
/**
 * U+200C and U+200D. They are spelling between letters, between the parts of an emoji, and behind a virama, where they can end a
 * word. One of a run is enough.
 */
const JOINERS =
  /(?<=(?![\u3164\uffa0])[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])(\p{Join_Control})\p{Join_Control}*(?=(?![\u3164\uffa0])[\p{L}\p{M}\p{Extended_Pictographic}])|(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])(\p{Join_Control})\p{Join_Control}*|\p{Join_Control}+/gu;
/** White space of any kind, and letters that are blanks. */
const BLANKS = /[\p{White_Space}\u2800\u3164\uffa0]+/gu;
/**
 * More marks on one letter than any script writes (UAX #15 allows 30). Normalising a long run of them takes quadratic time: three
 * seconds for 65,536.
 */
const TOO_MANY_MARKS = /\p{M}{31}/u;
/** At least one character that can be seen. */
const VISIBLE = /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Brings a text to its normal form: NFC, one space for each run of white space, none at the ends, no invisible characters that
 * carry no meaning. Doing so twice changes nothing. Takes linear time.
 *
 * @returns an empty text if nothing visible is in it
 */
function cleanText(text: string): string {
  if (text.length <= MAX_CLEAN_LENGTH && CLEAN.test(text)) return text;
  const visible = text.replace(INVISIBLE, "").replace(JOINERS, "$1$2").replace(BLANKS, " ").trim();
  return VISIBLE.test(visible) ? composed(visible) : "";
}

/** A text in NFC, or as it is where no script writes so many marks. Takes linear time. */
export function composed(text: string): string {
  return ASCII_ONLY.test(text) || TOO_MANY_MARKS.test(text) ? text : text.normalize("NFC");
}

/**
 * Reads a value as a text in its normal form; `undefined` if there is nothing in it. Numbers become texts. An object, a list, a
 * flag or a number that JSON cannot hold cannot be a text, and a number beyond 2^53 may have lost digits.
 *
 * @param maxLength the most characters (UTF-16 code units) of a text, those included that are removed. Takes linear time in any case
 */
export function readText(value: unknown, maxLength: number): Normalised | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" || typeof value === "bigint") {
    const number = readNumber(value);
    return number.value === undefined ? omitted(number.warning) : taken(String(number.value));
  }
  if (typeof value !== "string") return omitted("not_text");
  // Before any expression sees it.
  if (value.length > maxLength) return omitted("too_long");
  const text = cleanText(value);
  return text === "" ? undefined : taken(text);
}

/** The same for the team's own fields, which have types of their own: a number stays a number, and a flag is a value. */
export function readTyped(value: unknown, maxLength: number): Normalised<string | number | boolean> | undefined {
  if (typeof value === "boolean") return taken(value);
  return typeof value === "number" || typeof value === "bigint" ? readNumber(value) : readText(value, maxLength);
}

/** A bigint of more bits takes long to write, and is no number that anybody means. */
const MAX_BITS = 256;

/** A number that is sure to be what was sent. A bigint has all its digits, and JSON holds it as a text only. */
function readNumber(value: number | bigint): Normalised<string | number> {
  if (typeof value === "bigint") {
    return BigInt.asIntN(MAX_BITS, value) === value ? taken(String(value)) : omitted("too_long");
  }
  if (!Number.isFinite(value)) return omitted("not_text");
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? omitted("imprecise_number") : taken(value);
}
