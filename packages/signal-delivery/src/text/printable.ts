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

/**
 * A value as JSON, as safe to show; what it parses to is the same as ever.
 *
 * @param indent by how many blanks its parts are set in; without it, all is in one line
 */
export function printableJson(value: unknown, indent?: number): string {
  return escaped(JSON.stringify(value, undefined, indent));
}

/** JSON as safe to show. Its line feeds stay: they are none of its values'. */
export function escaped(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(UNPRINTABLE, (character) => {
    if (character === "\n") return character;
    return character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}
