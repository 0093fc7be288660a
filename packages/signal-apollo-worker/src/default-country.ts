import { checkPlanSettings, type PlanSettings } from "@datafly/signal-apollo-connector";
import { closest, distance } from "fastest-levenshtein";
import * as z from "zod";

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
 * Reads the country of a setting, in capitals or not, with blanks around it or without. One that is not known is an issue that suggests
 * what was meant, by the country's name. It does not repeat what was typed.
 */
export function readCountry(typed: string, context: z.RefinementCtx): CountryCode {
  const name = typed.trim();
  const code = name.toUpperCase();
  if (isCountry(code)) return code;
  const suggestion = countryNamed(name);
  const meant = suggestion === undefined ? "for instance US" : `perhaps ${suggestion} (${nameOf(suggestion)})`;
  context.addIssue({ code: "custom", message: `takes a country in two letters: ${meant}.` });
  return z.NEVER;
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
  const wanted = typed.toLowerCase();
  const usual = USUAL_NAMES[wanted];
  if (usual !== undefined) return usual;
  const codes = new Map(
    countries().flatMap((code) => [nameOf(code), ownNameOf(code)].map((name) => [name.toLowerCase(), code])),
  );
  const name = closest(wanted, [...codes.keys()]);
  return distance(wanted, name) <= Math.max(1, Math.floor(wanted.length / 3)) ? codes.get(name) : undefined;
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
