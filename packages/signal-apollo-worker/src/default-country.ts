import { checkPlanSettings, type PlanSettings } from "@datafly/signal-apollo-connector";

import { similarTo } from "./similar.js";
import { UsageError } from "./usage-error.js";

type CountryCode = NonNullable<PlanSettings["defaultCountry"]>;

/** What people write for a country, and no list of names has. */
const USUAL_NAMES: Readonly<Partial<Record<string, string>>> = {
  uk: "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  "great britain": "GB",
  usa: "US",
  america: "US",
  holland: "NL",
};

/**
 * Reads the country of `--default-country`, in capitals or not, with blanks around it or without.
 *
 * @throws UsageError that suggests what was meant, by the country's name. It does not repeat what was typed
 */
export function readDefaultCountry(typed: string): CountryCode {
  const name = typed.trim();
  const code = name.toUpperCase();
  if (isCountry(code)) return code;
  const suggestion = countryNamed(name);
  const meant = suggestion === undefined ? "for instance US" : `perhaps ${suggestion} (${nameOf(suggestion)})`;
  throw new UsageError(`--default-country takes a country in two letters: ${meant}.`);
}

function isCountry(code: string): code is CountryCode {
  try {
    checkPlanSettings({ defaultCountry: code });
    return true;
  } catch {
    return false;
  }
}

/** The country of a name, in English or in its own language, misspelt or not. */
function countryNamed(typed: string): string | undefined {
  if (typed === "") return undefined;
  const usual = USUAL_NAMES[typed.toLowerCase()];
  if (usual !== undefined) return usual;
  const codes = new Map(countries().flatMap((code) => [nameOf(code), ownNameOf(code)].map((name) => [name, code])));
  const name = similarTo(typed, [...codes.keys()]);
  return name === undefined ? undefined : codes.get(name);
}

function countries(): string[] {
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return letters.flatMap((first) => letters.map((second) => first + second)).filter(isCountry);
}

function nameOf(code: string, language = "en"): string {
  return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
}

function ownNameOf(code: string): string {
  return nameOf(code, new Intl.Locale(`und-${code}`).maximize().language);
}
