/** What stands where the API key stood. */
const REDACTED = "[redacted]";

/** A beginning of the key that is shorter than this gives nothing away, and may well be a word. */
const MIN_BEGINNING = 4;

/** Where a text ends, be it in the middle of an escape. */
const END = "(?:\\\\*(?:u[0-9a-f]{0,3})?|%[0-9a-f]?)$";

/**
 * Removes one secret from texts that came from outside. Of a text that is known to break off, a beginning of the secret at its
 * end goes as well.
 */
export type Redact = (text: string, options?: { readonly brokenOff: boolean }) => string;

/** Makes a function that removes a secret from a text, also in the forms that JSON and URLs give it. */
export function redactorOf(secret: string): Redact {
  // A run of backslashes counts as one: each of them may be doubled, and there would be too many ways to tell them apart.
  const characters = Array.from(secret.replace(/\\+/g, "\\"), formsOf);
  const whole = new RegExp(characters.join(""), "gi");
  const beginning = new RegExp(
    characters.map((forms, index) => (index < MIN_BEGINNING ? forms : `(?:${forms}|${END})`)).join(""),
    "i",
  );
  return (text, { brokenOff } = { brokenOff: false }) => {
    const clean = text.replace(whole, REDACTED);
    return brokenOff ? clean.replace(beginning, REDACTED) : clean;
  };
}

/**
 * Matches a character and its escapes. JSON in JSON in a URL has escapes of escapes; four layers of them are looked through, so
 * that a text of backslashes alone cannot make it slow.
 */
function formsOf(character: string): string {
  const hex = character.charCodeAt(0).toString(16);
  return `\\\\{0,15}(?:\\x${hex}|u00${hex}|(?:%|u0025)(?:25){0,3}${hex})`;
}
