/** What a terminal may act on instead of showing it: escape sequences, line ends, what turns the text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Most texts are of nothing else, and need no closer look. */
const PLAIN = /^[\x20-\x7e]*$/;

/** A text from outside, safe to show on a terminal: one line, no escape sequences, nothing that turns the text around. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNPRINTABLE, "\u{fffd}");
}

/** The same of a text of ours that has lines, and values from outside in them. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** A value as JSON in one line, as safe to show; what it parses to is the same as ever. */
export function printableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (PLAIN.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
