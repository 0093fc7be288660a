import { parsePhoneNumberFromString } from "libphonenumber-js/min";

import type { Normaliser } from "./normaliser.js";

/** A plus and at most fifteen digits (ITU-T E.164). */
const E164 = /^\+\d{1,15}$/;

/**
 * Writes a phone number in E.164. A number of a *possible* length will do: whether it is in use today is for Apollo, and
 * the numbers of examples and tests are not. National numbers need a default country.
 */
export const normalisePhone: Normaliser = (text, { defaultCountry }) => {
  // `extract: false`: the text is the number, not a text in which a number could be found.
  const options = defaultCountry === undefined ? { extract: false } : { defaultCountry, extract: false };
  const phone = parsePhoneNumberFromString(text, options);
  if (!phone?.isPossible() || !E164.test(phone.number)) return { warning: "invalid_phone" };
  return phone.ext === undefined
    ? { value: phone.number }
    : { value: phone.number, warning: "phone_extension_dropped" };
};
