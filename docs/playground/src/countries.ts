import { checkPlanSettings } from "@datafly/signal-apollo-connector";

/** A country that can be the default of phone numbers. */
export interface Country {
  /** Its two letters. */
  readonly code: string;
  /** Its name in English. */
  readonly name: string;
}

const LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
const names = new Intl.DisplayNames("en", { type: "region" });

/** The countries that the connector takes, by name. All codes are tried, so that there is no second list that could differ. */
export const COUNTRIES: readonly Country[] = LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
  .filter(isTaken)
  .map((code) => ({ code, name: names.of(code) ?? code }))
  .sort((one, other) => one.name.localeCompare(other.name, "en"));

function isTaken(code: string): boolean {
  try {
    checkPlanSettings({ defaultCountry: code });
    return true;
  } catch {
    return false;
  }
}
