import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/min";

import type { Normaliser } from "./normaliser.js";

/** A plus and at most fifteen digits (ITU-T E.164). */
const E164 = /^\+\d{1,15}$/;
/** How often what came out is read once more, until it stays. */
const MAX_PASSES = 4;

/**
 * Writes a phone number in E.164. A number of a *possible* length will do: whether it is in use today is for Apollo, and
 * the numbers of examples and tests are not. National numbers need a default country.
 */
export const normalisePhone: Normaliser = (text, { defaultCountry }) => {
  const first = parse(text, defaultCountry);
  // What is read as it stands is settled already; most numbers are.
  const number = first && (first.number === text ? text : settle(first.number));
  if (number === undefined) return { warning: "invalid_phone" };
  return first?.ext === undefined ? { value: number } : { value: number, warning: "phone_extension_dropped" };
};

/** `+49 (0)030 123456` has a prefix too many: what comes out holds one still, and is the number of nobody. */
function settle(number: string): string | undefined {
  let current = number;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = parse(current)?.number;
    if (next === undefined || next === current) return next;
    current = next;
  }
  return undefined;
}

function parse(text: string, defaultCountry?: CountryCode) {
  // `extract: false`: the text is the number, not a text in which a number could be found.
  const phone = parsePhoneNumberFromString(text, { extract: false, ...(defaultCountry && { defaultCountry }) });
  return phone?.isPossible() && E164.test(phone.number) ? phone : undefined;
}
