import { deepFreeze, type Explanation } from "@datafly/signal-connector-kit";

/** Why something was omitted from a contact that is delivered all the same, or what Apollo did not store of it as it was sent. */
export type WarningCode = keyof typeof WARNINGS;

/** Something that was omitted from a contact, or not stored as it was sent, while the contact is still delivered. */
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
    meaning: "is not an e-mail address, or may not be one; omitted",
    whatToDo:
      "Check addresses in the form, and send one address per event. The contact is delivered without one, and Apollo matches it by name and company.",
  },
  hashed_email: {
    meaning: "is a hash of an e-mail address; omitted, because Apollo needs cleartext",
    whatToDo:
      "Send the address itself, not its hash. Without an address Apollo matches contacts by name and company, and so may overwrite a stranger of the same name.",
  },
  invalid_phone: {
    meaning: "is not a phone number that can be written in E.164; omitted (national numbers need a default country)",
    whatToDo:
      "Set the default country if your numbers are national (--default-country US), or send numbers that begin with +.",
  },
  ambiguous_phone: {
    meaning: "can be read as two phone numbers; omitted",
    whatToDo:
      "Send one number that begins with + and its country code. Without the plus, digits that begin with a country code can also be a national number; digits after a slash can be a second number or an extension.",
  },
  phone_extension_dropped: {
    meaning: "has an extension, which E.164 cannot hold; delivered without it",
    whatToDo: "No action is needed. To keep the extension, send it as its own trait and map it to a custom field.",
  },
  invalid_website: {
    meaning: "is neither an http(s) URL nor a domain of a public site; omitted",
    whatToDo: "Send an address such as https://www.example.com/ or a bare domain, without user name and password.",
  },
  social_profile: {
    meaning: "is a page on a social network; omitted, because Apollo would take the network for the company",
    whatToDo: "Send the company's own website, or map the profile to a custom field.",
  },
  invalid_id: {
    meaning: "is not an Apollo id (24 hexadecimal digits); omitted",
    whatToDo: "Copy the id from Apollo's pages or API.",
  },
  not_text: {
    meaning: "is neither text nor a number; omitted",
    whatToDo: "Send text, or map a path inside the object (traits.address.city).",
  },
  imprecise_number: {
    meaning: "is a number above 2^53, which has lost digits; omitted",
    whatToDo: "Send it as text or a bigint. The worker keeps all digits of its input; JSON.parse does not.",
  },
  placeholder: {
    meaning: "is a placeholder such as N/A, null or {{first_name}}; omitted",
    whatToDo:
      "Fix the form, sheet or template that sends it. It would overwrite a good value in Apollo. Add words of your own under placeholders in a blueprint.",
  },
  too_long: {
    meaning: "is too long; omitted",
    whatToDo:
      "Limit the length in the form: 250 characters for a phone number, 65,536 for a custom field, and 2,048 for anything else, spaces included.",
  },
  custom_field_errors: {
    meaning: "contains values that Apollo did not store; the rest of the contact was written",
    whatToDo: "Compare the id and the type of each custom field with those in Apollo's settings.",
  },
  email_not_stored: {
    meaning: "was sent, but Apollo stored another address or none",
    whatToDo:
      "Check the contact in Apollo, which ignores addresses that it cannot read, without an error. Correct the address at its source.",
  },
  phone_read_differently: {
    meaning: "was sent in E.164, but Apollo read it as another number or none",
    whatToDo: "Check the number of the contact in Apollo and correct it there, and at its source.",
  },
} as const satisfies Record<string, Explanation>);

/** Makes a warning, which no one can change: it goes from the decision to the outcome. */
export function warningOf(code: WarningCode, field: string, source?: string): Warning {
  const message = `${source ?? field} ${WARNINGS[code].meaning}`;
  return Object.freeze(source === undefined ? { code, field, message } : { code, field, source, message });
}
