import type { Normaliser } from "./normaliser.js";

const LETTER = /\p{L}/u;

/**
 * A person's name holds at least one letter, of any script. Placeholders such as `?` or `-` are none: in Apollo all people
 * of that name in a company match each other, and overwrite one contact again and again.
 */
export const normaliseName: Normaliser = (text) => (LETTER.test(text) ? { value: text } : {});
