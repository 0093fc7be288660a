import type { CountryCode } from "libphonenumber-js";

import type { WarningCode } from "../warning.js";

/**
 * The outcome of a value: the one to send, if any, and a warning, if something was omitted. Both are always there, so that
 * neither is looked for on `Object.prototype`.
 */
export interface Normalised<T = string> {
  readonly value: T | undefined;
  readonly warning: WarningCode | undefined;
}

/** A value that is sent, perhaps without a part of it. */
export function taken<T>(value: T, warning?: WarningCode): Normalised<T> {
  return { value, warning };
}

/** A value that is omitted. */
export function omitted(warning?: WarningCode): Normalised<never> {
  return { value: undefined, warning };
}

/** Brings a text, trimmed and not blank, to the form that a field of Apollo wants. */
export type Normaliser = (text: string, settings: { readonly defaultCountry?: CountryCode | undefined }) => Normalised;
