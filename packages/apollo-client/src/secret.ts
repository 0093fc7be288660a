import { foldedCode, layersOf } from "./escapes.js";

/** What replaces the API key. */
const REDACTED = "[redacted]";

/** A beginning of the key, or an encoding of it, that is shorter than this gives nothing away and may well be a word. */
const MIN_LENGTH = 4;

/**
 * What is before the key can look like the first half of an escape and swallow the beginning of the key, at most four hexadecimal
 * digits. A key of this length is therefore looked for without its first four characters, too.
 */
const MIN_LENGTH_OF_TAIL = 16;

/**
 * Removes one secret from texts that came from outside. If a text is known to break off, a beginning of the secret at its end is
 * removed as well.
 */
export type Redact = (text: string, options?: { readonly brokenOff: boolean }) => string;

/**
 * Returns a function that removes a secret from a text: as it is, in another case, with blanks or invisible characters inside,
 * in hexadecimal or base64 (alone or as part of something longer), and each of these behind up to four layers of the escapes of
 * JSON, URLs and HTML.
 *
 * Takes time in proportion to the text's length whatever the text is: a server chooses it.
 *
 * @param secret printable ASCII without `\`, `%` and `&`, so that decoding an escape never takes an occurrence apart
 */
export function redactorOf(secret: string): Redact {
  const needles = encodingsOf(secret).map((encoding) => needleOf(encoding, secret));
  return (text, { brokenOff } = { brokenOff: false }) => {
    // How many occurrences begin, less how many end, at each place of the text.
    const edges = new Int32Array(text.length + 1);
    const hide = (start: number | undefined, end: number | undefined) => {
      if (start === undefined || end === undefined) return;
      edges[start] = (edges[start] ?? 0) + 1;
      edges[end] = (edges[end] ?? 0) - 1;
    };
    for (const { codes, starts, ends } of layersOf(text, brokenOff)) {
      for (const needle of needles) {
        const { length } = needle.codes;
        const begun = search(codes, needle, (end) => {
          hide(starts[end - length], ends[end - 1]);
        });
        if (brokenOff && begun >= needle.minBeginning) hide(starts[codes.length - begun], text.length);
      }
    }
    return withoutHidden(text, edges);
  };
}

/** The secret, its tail, and the secret in hexadecimal and in base64 from each of the three places of a group where it can begin. */
function encodingsOf(secret: string): string[] {
  const hex = Array.from(secret, (character) => character.charCodeAt(0).toString(16)).join("");
  const base64 = [0, 1, 2].map((before) => {
    const encoded = btoa("x".repeat(before) + secret);
    // Only those characters that hold nothing of what is before or after it.
    return encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + secret.length) * 4) / 3));
  });
  const tail = secret.length < MIN_LENGTH_OF_TAIL ? "" : secret.slice(4);
  return [secret, ...[tail, hex, ...base64].filter(({ length }) => length >= MIN_LENGTH)];
}

/** A text to look for by the method of Knuth, Morris and Pratt, which never goes back in the text that it searches. */
interface Needle {
  readonly codes: Uint8Array;
  /** For each length of a match, the longest shorter one that ends at the same place. */
  readonly borders: Uint16Array;
  /** How much of it, at the end of a text that broke off, is a beginning of the secret. */
  readonly minBeginning: number;
}

function needleOf(text: string, secret: string): Needle {
  const codes = Uint8Array.from(text, (character) => foldedCode(character.charCodeAt(0)));
  const borders = new Uint16Array(codes.length + 1);
  for (let length = 1, matched = 0; length < codes.length; length++) {
    while (matched > 0 && codes[matched] !== codes[length]) matched = borders[matched] ?? 0;
    if (codes[matched] === codes[length]) matched++;
    borders[length + 1] = matched;
  }
  return { codes, borders, minBeginning: Math.ceil((MIN_LENGTH * codes.length) / secret.length) };
}

/** @returns how much of the needle the end of the text is */
function search(text: Uint8Array, { codes, borders }: Needle, found: (end: number) => void): number {
  let matched = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text[index];
    while (matched > 0 && codes[matched] !== code) matched = borders[matched] ?? 0;
    if (codes[matched] === code) matched++;
    if (matched < codes.length) continue;
    found(index + 1);
    matched = 0;
  }
  return matched;
}

function withoutHidden(text: string, edges: Int32Array): string {
  let clean = "";
  let depth = 0;
  let next = 0;
  for (const [index, change] of edges.entries()) {
    if (change === 0) continue;
    if (depth === 0) clean += text.slice(next, index) + REDACTED;
    depth += change;
    next = index;
  }
  return clean + text.slice(next);
}
