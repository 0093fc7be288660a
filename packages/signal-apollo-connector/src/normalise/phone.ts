import { parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js/min";

import { omitted, taken, type Normaliser } from "./normaliser.js";

/** A plus and at most fifteen digits (ITU-T E.164). */
const E164 = /^\+\d{1,15}$/;
/** A number with its country: a plus, also in the full-width form. */
const INTERNATIONAL = /^[+\uff0b]/;
const EXTENSION = /^(?:ext=.+|[:.]?[ ,-]*\d{1,15}#?)$/i;
const PHONE_CONTEXT = /^phone-context=/i;
/** A parameter of RFC 3966; nothing at all behind the last semicolon will do. */
const PARAMETER = /^(?:[a-z][a-z\d-]*(?:=.*)?)?$/i;
/** How often what came out is read once more, until it stays. */
const MAX_PASSES = 4;

/**
 * Writes a phone number in E.164. A number of a *possible* length will do: whether it is in use today is for Apollo, and
 * the numbers of examples and tests are not. National numbers need a default country.
 */
export const normalisePhone: Normaliser = (text, { defaultCountry }) => {
  const bare = text.includes(";") ? withoutParameters(text) : { number: text, hasExtension: false };
  const first = bare && parse(bare.number, defaultCountry);
  // What is read as it stands is settled already; most numbers are.
  const number = first && (first.number === text ? text : settle(first.number));
  if (number === undefined) return omitted("invalid_phone");
  return taken(number, bare?.hasExtension || first?.ext !== undefined ? "phone_extension_dropped" : undefined);
};

/**
 * Cuts off what follows a number after a semicolon: the parameters of RFC 3966, and an extension as phones dial it (`;123`).
 * libphonenumber never sees them: its expression for `phone-context` takes exponential time.
 *
 * @returns `undefined` if it is something else, such as a second number, or if the number is local to its `phone-context`
 */
function withoutParameters(text: string): { readonly number: string; readonly hasExtension: boolean } | undefined {
  const [number = "", ...parameters] = text.split(";").map((part) => part.trim());
  const hasExtension = parameters.some((one) => EXTENSION.test(one));
  const isLocal = !INTERNATIONAL.test(number) && parameters.some((one) => PHONE_CONTEXT.test(one));
  const isUnderstood = parameters.every((one) => EXTENSION.test(one) || PARAMETER.test(one));
  return isUnderstood && !isLocal ? { number, hasExtension } : undefined;
}

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
  // The country is always named, so that none is looked for on `Object.prototype`. The library takes `undefined`, its types do not.
  const options = { extract: false, defaultCountry } as { extract: false; defaultCountry?: CountryCode };
  const phone = parsePhoneNumberFromString(text, options);
  return phone?.isPossible() && E164.test(phone.number) ? phone : undefined;
}
