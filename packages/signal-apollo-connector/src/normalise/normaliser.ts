import type { CountryCode } from "libphonenumber-js";

import type { WarningCode } from "../warning.js";

/** What became of a value: the one to send, if any, and a warning, if something was left out. */
export interface Normalised<T = string> {
  readonly value?: T;
  readonly warning?: WarningCode;
}

/** Brings a text, trimmed and not blank, to the form that a field of Apollo wants. */
export type Normaliser = (text: string, settings: { readonly defaultCountry?: CountryCode | undefined }) => Normalised;
