import type { CountryCode } from "libphonenumber-js/min";

import type { AddedWords } from "./placeholder.js";
import type { ValueWarning } from "./value-warning.js";

/**
 * The outcome of a value: the one to send, if any, and a warning, if something was omitted. Both are always there, so that
 * neither is looked for on `Object.prototype`.
 *
 * @typeParam Code the warnings: names of the vendor's table of warnings
 */
export interface Normalised<T = string, Code extends string = ValueWarning> {
  /** The value to send. `undefined` if it is omitted. */
  readonly value: T | undefined;
  /** Why it, or a part of it, is omitted. `undefined` if there is nothing to say. */
  readonly warning: Code | undefined;
}

/** A value that is sent, perhaps without a part of it. */
export function taken<T, Code extends string = never>(value: T, warning?: Code): Normalised<T, Code> {
  return { value, warning };
}

/** A value that is omitted. Without a warning if there is nothing to say of it. */
export function omitted<Code extends string = never>(warning?: Code): Normalised<never, Code> {
  return { value: undefined, warning };
}

/** What the form of a value depends on, beside the value. */
export interface NormaliserSettings {
  /** The country of phone numbers without a country code, in two letters. */
  readonly defaultCountry?: CountryCode | undefined;
  /** Words that stand for a missing value, beside those that always do. */
  readonly placeholders?: AddedWords | undefined;
}

/**
 * Brings a text, cleaned and not blank, to the form that a field wants. Pure, and takes linear time for any text.
 *
 * @typeParam Code the warnings that it can give, of which the vendor has words
 */
export type Normaliser<Code extends string = ValueWarning> = (
  text: string,
  settings: NormaliserSettings,
) => Normalised<string, Code>;
