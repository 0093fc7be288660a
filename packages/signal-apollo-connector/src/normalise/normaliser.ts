import type { CountryCode } from "libphonenumber-js";

import type { AddedWords } from "./placeholder.js";
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

/** What the form of a value depends on, beside the value. */
export interface NormaliserSettings {
  readonly defaultCountry?: CountryCode | undefined;
  /** Words that stand for a missing value, beside those that always do. */
  readonly placeholders?: AddedWords | undefined;
}

/** Brings a text, cleaned and not blank, to the form that a field wants. */
export type Normaliser = (text: string, settings: NormaliserSettings) => Normalised;
