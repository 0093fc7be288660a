/** What cannot be seen, or changes how its surroundings are shown: control and format characters, odd line breaks. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Writes a value as JSON that hides nothing: zero-width spaces, reversed writing and their like are escaped. It reads back as
 * the same value.
 *
 * @param indent how many blanks to indent by; 0 for all in one line
 */
export function jsonText(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(INVISIBLE, (found) => (found === "\n" ? found : escape(found)));
}

/** A character beyond the first 65,536 is two units, and so two escapes. */
function escape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const unit = character.charCodeAt(at).toString(16).padStart(4, "0");
    return `\\u${unit}`;
  }).join("");
}
