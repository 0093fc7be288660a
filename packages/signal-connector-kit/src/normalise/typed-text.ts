/** Forms of ASCII signs that East Asian keyboards and copied texts hold. */
const OTHER_FORMS = /[\uff01-\uff5e\u3002\uff61\ufe6b\ufe62\u207a\u2795]/gu;
const ASCII: Readonly<Record<string, string>> = {
  "\u3002": ".",
  "\uff61": ".",
  "\ufe6b": "@",
  "\ufe62": "+",
  "\u207a": "+",
  "\u2795": "+",
};
/** From U+FF01 to U+FF5E each sign is so far from its ASCII form. */
const WIDTH = 0xfee0;

/** Nothing but ASCII that can be seen, as most values are: no Unicode rule has anything to do. */
export const ASCII_ONLY = /^[ -~]*$/;

/** Writes full-width letters, digits and signs in ASCII, for values that are addresses and numbers, not words. */
export function narrow(text: string): string {
  if (ASCII_ONLY.test(text)) return text;
  return text.replace(OTHER_FORMS, (sign) => ASCII[sign] ?? String.fromCharCode(sign.charCodeAt(0) - WIDTH));
}

/**
 * Cuts single characters off the ends of a text. By hand: an expression that ends in `+$` takes quadratic time.
 *
 * @param leading what is cut off at the start
 * @param trailing what is cut off at the end
 */
export function withoutEnds(text: string, leading: string, trailing: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && leading.includes(text.charAt(start))) start++;
  while (end > start && trailing.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Quotation marks, and the apostrophe and equals sign that spreadsheets put before a text. */
export const QUOTES = "\"'`´‘’‚“”„«»‹›";
