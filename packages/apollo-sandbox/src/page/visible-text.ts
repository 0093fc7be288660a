/**
 * Control characters, and those that turn the direction of what follows. A value that holds one would not be read as it
 * is; zero-width joiners are left alone, since emoji are made with them.
 */
const invisible = /(?![\n\t])[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/** The text with its invisible characters spelt out, `\u202E` for instance. */
export function visibleText(text: string): string {
  return text.replace(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}
