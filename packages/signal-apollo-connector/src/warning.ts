import { deepFreeze, type Explanation } from "@datafly/signal-connector-kit";

/** Why something was left out of a contact that is delivered all the same. */
export type WarningCode = keyof typeof WARNINGS;

/** Something that was left out of a contact, while the contact is still delivered. */
export interface Warning {
  /** What it is, in a word that stays the same. */
  readonly code: WarningCode;
  /** The field of the contact that it is about, for instance `mobile_phone`. */
  readonly field: string;
  /** Where the value stands in the event, for instance `context.traits.phone`; `blueprint` for a fixed text. */
  readonly source?: string;
  /** The same in words. Holds no value of the event, and so no personal data. */
  readonly message: string;
}

/** Every warning in words. The meaning follows the place of the value: `traits.phone is not …`. */
export const WARNINGS = deepFreeze({
  invalid_email: {
    meaning: "is not an e-mail address; left out",
    whatToDo:
      "Check addresses in the form. The contact is delivered without one, and Apollo cannot match it by address.",
  },
  invalid_phone: {
    meaning: "is not a phone number that can be written in E.164; left out (national numbers need a default country)",
    whatToDo:
      "Set the default country if your numbers are national ones (--default-country US), or send numbers that begin with +.",
  },
  phone_extension_dropped: {
    meaning: "has an extension, which E.164 cannot hold; delivered without it",
    whatToDo: "Nothing, or map the extension to a custom field from a trait of its own.",
  },
  invalid_website: {
    meaning: "is neither an http(s) URL nor a domain; left out",
    whatToDo: "Send an address such as https://www.example.com/ or a bare domain.",
  },
  invalid_id: {
    meaning: "is not one of Apollo's ids (24 hexadecimal digits); left out",
    whatToDo: "Take the id as Apollo's own pages or API give it.",
  },
  not_text: {
    meaning: "is neither a text nor a number; left out",
    whatToDo: "Send a text, or map a place further inside the object (traits.address.city).",
  },
  too_long: {
    meaning: "is too long; omitted",
    whatToDo:
      "Limit the length in the form: 250 characters for a phone number, 65,536 for a custom field, and 2,048 for anything else, blanks included.",
  },
  custom_field_errors: {
    meaning: "holds values that Apollo did not store; the rest of the contact is written",
    whatToDo: "Compare the id and the type of each custom field with those in Apollo's settings.",
  },
} as const satisfies Record<string, Explanation>);

/** Makes a warning, which no one can change: it goes from the decision to the outcome. */
export function warningOf(code: WarningCode, field: string, source?: string): Warning {
  const message = `${source ?? field} ${WARNINGS[code].meaning}`;
  return Object.freeze(source === undefined ? { code, field, message } : { code, field, source, message });
}
