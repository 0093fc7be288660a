/** A text from outside, safe to show on a terminal: one line, no escape sequences, nothing that turns the text around. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{fffd}");
}
