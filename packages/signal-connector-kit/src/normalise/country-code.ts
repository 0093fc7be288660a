import { getCountries, type CountryCode } from "libphonenumber-js/min";

export type { CountryCode };

/** Whether a value is a country whose phone numbers can be read, in two capital letters: `US`. */
export function isCountryCode(value: unknown): value is CountryCode {
  return (getCountries() as readonly unknown[]).includes(value);
}
