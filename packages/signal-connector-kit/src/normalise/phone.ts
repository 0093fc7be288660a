import { parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from "libphonenumber-js/min";

import { isPossibleE164 } from "./e164.js";
import { omitted, taken, type Normaliser } from "./normaliser.js";
import { withoutExtras } from "./phone-text.js";

/** A plus and at most fifteen digits (ITU-T E.164). */
const E164 = /^\+\d{1,15}$/;
/** A plus and the digits of a country and a number: there is only one way to read it. */
const BARE = /^\+[1-9]\d*$/;
const EXTENSION = /^(?:ext=.+|[:.]?[ ,-]*\d{1,15}#?)$/i;
const PHONE_CONTEXT = /^phone-context=/i;
/** A parameter of RFC 3966; nothing at all behind the last semicolon will do. */
const PARAMETER = /^(?:[a-z][a-z\d-]*(?:=.*)?)?$/i;
/** How often what came out is read once more, until it stays. */
const MAX_PASSES = 4;

/** `(+44)`, `+(44)`, `[+ 44]`, `(+44 20)`, and the same with `00` for the plus. */
const BRACKETED_CODE = /^[([] ?(?:\+|00)([\d -]{1,12})[)\]]|^\+ ?[([]([\d -]{1,12})[)\]]/;
/** `00`, or `+00`, which is a plus too many. */
const DOUBLE_ZERO = /^\+? ?00[ .-]*(?=[1-9([])/;
/** `49(0)30…`: a zero in brackets is what is left out after the code of a country, so that what is before it is one. */
const CODE_BEFORE_ZERO = /^[([]?([1-9]\d{0,2})[)\]]?[ ./-]*[([] ?0 ?[)\]]/;
/** Digits, and after a slash or in brackets further ones: a second number, an extension, or a part of the first. */
const SPLIT = /^(.*\d) ?(?:\/ ?\d.*|[([] ?\d+ ?[)\]])$/;
/** How many digits a number has, without its country and area, that is whole before a slash. Area codes are shorter. */
const WHOLE_NUMBER = 7;
/**
 * Digits that begin with the code of another country can be a foreign number if they are at least so many. Where a 0 is written before
 * national numbers and is not there, fewer will do.
 */
const FOREIGN_DIGITS = { withoutZero: 11, otherwise: 12 };
/** An area code in brackets, as numbers are written in countries that dial no 0 before it: `(55) 99123-4567`. */
const BRACKETED_AREA = /^\(\d{2,4}\)/;
/** Until 2019 a 1 was dialled before mobile numbers of Mexico from abroad, and WhatsApp still writes it. */
const OLD_MEXICAN_MOBILE = /^\+ ?52[ ()-]*1[ ()-]*(?=(?:\d[ ()-]*){10}$)/;
const ONLY_ZEROS = /^0*$/;

/**
 * Writes a phone number in E.164. A number of a *possible* length will do: whether it is in use today is for the vendor, and
 * the numbers of examples and tests are not. National numbers need a default country. What can be read as two numbers is omitted.
 */
export const normalisePhone: Normaliser = (text, { defaultCountry }) => {
  if (isPossibleE164(text)) return taken(text);
  const bare = text.includes(";") ? withoutParameters(text) : { number: text, hasExtension: false };
  const typed = bare && withoutExtras(bare.number);
  const first = typed === undefined ? undefined : read(typed, defaultCountry);
  if (first === "ambiguous") return omitted("ambiguous_phone");
  // What is read as it is, is settled already; most numbers are.
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
  const isLocal = !withoutExtras(number)?.startsWith("+") && parameters.some((one) => PHONE_CONTEXT.test(one));
  const isUnderstood = parameters.every((one) => EXTENSION.test(one) || PARAMETER.test(one));
  return isUnderstood && !isLocal ? { number, hasExtension } : undefined;
}

/** Reads a number in the one way in which it can be read. */
function read(text: string, defaultCountry: CountryCode | undefined): PhoneNumber | "ambiguous" | undefined {
  if (BARE.test(text) && !text.startsWith("+52")) return parse(text);
  const [, before] = SPLIT.exec(text) ?? [];
  if (before !== undefined && isWhole(before, defaultCountry)) return "ambiguous";

  const international = text
    .replace(BRACKETED_CODE, "+$1$2 ")
    .replace(DOUBLE_ZERO, "+")
    .replace(OLD_MEXICAN_MOBILE, "+52 ");
  if (international.startsWith("+")) {
    // Where 00 is not dialled before the code of a country, it can be a part of the number.
    return parse(international) ?? (text === international ? undefined : parse(text, defaultCountry));
  }
  if (CODE_BEFORE_ZERO.test(text)) return parse(text.replace(CODE_BEFORE_ZERO, "+$1 ")) ?? "ambiguous";
  const national = parse(text, defaultCountry);
  return national && withoutDoubt(text, national);
}

function isWhole(text: string, defaultCountry: CountryCode | undefined): boolean {
  const phone = read(text, defaultCountry);
  return typeof phone === "object" && phone.nationalNumber.length >= WHOLE_NUMBER;
}

/**
 * A national number could as well be an international one without its plus: `4917612345678` in Germany. If only one of the two
 * fits the numbering plan of its country, it is that one. A 0 before it says that it is national.
 */
function withoutDoubt(text: string, national: PhoneNumber): PhoneNumber | "ambiguous" {
  const digits = text.replace(/^\D+/, "");
  const international = digits.startsWith("0") ? undefined : parse(`+${digits}`);
  if (international === undefined || international.number === national.number) return national;
  // Where a 0 is written before national numbers, one without it is in doubt.
  const lacksZero = national.formatNational().replace(/^\D+/, "").startsWith("0");
  if (international.countryCallingCode !== national.countryCallingCode) {
    const count = international.number.length - 1;
    const isForeign = lacksZero && count >= FOREIGN_DIGITS.withoutZero && international.isValid();
    return isForeign || count >= FOREIGN_DIGITS.otherwise ? "ambiguous" : national;
  }
  if (!lacksZero && BRACKETED_AREA.test(text) && national.isValid()) return national;
  if (international.isValid() === national.isValid()) return "ambiguous";
  return national.isValid() ? national : international;
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

function parse(text: string, defaultCountry?: CountryCode): PhoneNumber | undefined {
  // `extract: false`: the text is the number, not a text in which a number could be found.
  // The country is always named, so that none is looked for on `Object.prototype`. The library takes `undefined`, its types do not.
  const options = { extract: false, defaultCountry } as { extract: false; defaultCountry?: CountryCode };
  const phone = parsePhoneNumberFromString(text, options);
  return phone?.isPossible() && E164.test(phone.number) && !ONLY_ZEROS.test(phone.nationalNumber) ? phone : undefined;
}
