import { crmIdFields, idFields, textFields } from "./contact-fields.js";
import { isId } from "./id-sequence.js";
import { isJsonObject, type JsonObject } from "./json.js";
import { phoneFields } from "./phone-number.js";

interface ValueCheck {
  readonly fields: readonly string[];
  readonly fits: (value: unknown) => boolean;
  readonly complaint: (field: string, value: unknown) => string;
}

const isText = (value: unknown): boolean => typeof value === "string";

const mustBe =
  (what: string) =>
  (field: string): string =>
    `${field} must be ${what}`;

/** What each field takes, besides `null`, which empties any of them. */
const valueChecks: readonly ValueCheck[] = [
  { fields: [...textFields, ...crmIdFields, ...phoneFields], fits: isText, complaint: mustBe("a string") },
  {
    fields: ["id", ...idFields],
    fits: (value) => typeof value === "string" && (value === "" || isId(value)),
    complaint: (_field, value) => `${shown(value)} is not a valid ID`,
  },
  {
    fields: ["label_names"],
    fits: (value) => Array.isArray(value) && value.every(isText),
    complaint: mustBe("an array of strings"),
  },
  { fields: ["typed_custom_fields"], fits: isJsonObject, complaint: mustBe("an object") },
  { fields: ["run_dedupe"], fits: (value) => typeof value === "boolean", complaint: mustBe("true or false") },
];

/** Without these there is no contact. */
const requiredFields = ["first_name", "last_name"];

/** The first thing that is wrong with the type of a value, or `undefined`. Unknown parameters are never wrong. */
export function wrongValue(parameters: JsonObject): string | undefined {
  for (const { fields, fits, complaint } of valueChecks) {
    for (const field of fields) {
      const value = parameters[field] ?? null;
      if (value !== null && !fits(value)) return `Parameters misconfigured. ${complaint(field, value)}`;
    }
  }
  return undefined;
}

/** The first required field that is missing or blank, as a complaint, or `undefined`. */
export function missingName(parameters: JsonObject): string | undefined {
  const missing = requiredFields.find((field) => {
    const value = parameters[field];
    return typeof value !== "string" || value.trim() === "";
  });
  return missing === undefined ? undefined : `Parameters misconfigured. ${missing} can't be blank`;
}

/** A value as an error shows it: text as it is, and not a megabyte of it. */
function shown(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 100);
}
