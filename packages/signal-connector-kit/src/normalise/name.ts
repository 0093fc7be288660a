import { omitted, taken, type Normaliser } from "./normaliser.js";

/** One that can be seen: U+3164, a letter by its class, is a blank. */
const LETTER = /(?!\p{Default_Ignorable_Code_Point})\p{L}/u;

/**
 * A person's name holds at least one letter, of any script. Texts such as `?` or `-` are not names: at most vendors all people
 * of that name in a company match each other, and overwrite one contact again and again.
 */
export const normaliseName: Normaliser = (text) => (LETTER.test(text) ? taken(text) : omitted());
