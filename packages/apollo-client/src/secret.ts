/** What stands where the API key stood. */
const REDACTED = "[redacted]";

/** A beginning of the key that is shorter than this gives nothing away, and may well be a word. */
const MIN_BEGINNING = 4;

/** Where a text ends, be it in the middle of an escape. */
const END = "(?:[\\\\%&]+#?\\w{0,4})?$";

/**
 * Removes one secret from texts that came from outside. Of a text that is known to break off, a beginning of the secret at its
 * end goes as well.
 */
export type Redact = (text: string, options?: { readonly brokenOff: boolean }) => string;

/** Makes a function that removes a secret from a text, also in the forms that JSON, URLs and HTML give it. */
export function redactorOf(secret: string): Redact {
  const characters = Array.from(secret, formsOf);
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
 * Matches a character and its escapes. JSON in JSON in a URL has escapes of escapes: four layers of them are looked through. A
 * key holds no `\`, `%` or `&`, so that a text can be read in one way only, and none is made to take long.
 */
function formsOf(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return `(?:\\\\|%(?:25){0,3}5c){0,15}(?:\\x${hex}|u00${hex}|(?:%|u0025)(?:25){0,3}${hex}|&#(?:x${hex}|${code});)`;
}
