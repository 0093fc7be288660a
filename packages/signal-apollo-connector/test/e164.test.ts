import { test as propertyTest, fc } from "@fast-check/vitest";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import {
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
} from "libphonenumber-js/min";
import { describe, expect, test } from "vitest";

import { isPossibleE164 } from "../../signal-connector-kit/src/normalise/e164.js";

/** What libphonenumber makes of a text, if it is a number of a possible length. */
function readByTheLibrary(text: string): string | undefined {
  const phone = parsePhoneNumberFromString(text, { extract: false });
  return phone?.isPossible() === true && /[1-9]/.test(phone.nationalNumber) ? phone.number : undefined;
}

const countries = getCountries();
const exampleOf = (country: CountryCode) => getExampleNumber(country, examples)?.number ?? "";

test("the examples of all countries are recognized, but for two that share their code and not the lengths of their numbers", () => {
  expect(countries.filter((country) => !isPossibleE164(exampleOf(country)))).toEqual(["CW", "SH"]);
});

describe("what is recognized is what the library makes of it", () => {
  test.each(countries)("numbers of any length and with any beginning in %s", (country) => {
    const code = getCountryCallingCode(country);
    const example = exampleOf(country).slice(1 + code.length);
    for (let length = 1; length <= 15; length++) {
      for (let beginning = 0; beginning <= 99; beginning++) {
        const text = `+${code}${`${String(beginning)}${example}00000000000000`.slice(0, length)}`;
        if (isPossibleE164(text)) expect(readByTheLibrary(text)).toBe(text);
      }
    }
  });

  propertyTest.prop([fc.stringMatching(/^\+[1-9]\d{4,15}$/)], { numRuns: 2_000 })("digits of any kind", (text) => {
    if (isPossibleE164(text)) expect(readByTheLibrary(text)).toBe(text);
  });
});

test.each([
  ["nothing", ""],
  ["a plus alone", "+"],
  ["a national number", "5553031234"],
  ["blanks within", "+1 5553031234"],
  ["a zero for a country", "+05553031234"],
  ["a country that there is not", "+9995553031"],
  ["a number that is too short", "+1555303"],
  ["a number that is too long", "+155530312345"],
  ["more than fifteen digits, which a German number may have", "+49123456789012345"],
  ["the old prefix of Mexican mobile numbers", "+5215512345678"],
  ["a trunk prefix", "+4903012345678"],
  ["zeros only", "+10000000000"],
  ["an extension", "+15553031234x5"],
  ["a line feed", "+15553031234\n"],
  ["digits of another script", "+\u0661\u0665\u0665\u0665\u0663\u0660\u0663\u0661\u0662\u0663\u0664"],
])("%s is left to the library", (_, text) => {
  expect(isPossibleE164(text)).toBe(false);
});
