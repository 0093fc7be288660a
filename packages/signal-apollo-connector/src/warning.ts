/** Why something was left out of a contact that is delivered all the same. */
export type WarningCode = keyof typeof WARNINGS;

/** Something that was left out of a contact, while the contact is still delivered. */
export interface Warning {
  /** What it is, in a word that stays the same. */
  readonly code: WarningCode;
  /** The field of the contact that it is about, for instance `mobile_phone`. */
  readonly field: string;
  /** Where the value stands in the event, for instance `traits.phone`. */
  readonly source?: string;
  /** The same in words. Holds no value of the event, and so no personal data. */
  readonly message: string;
}

const WARNINGS = {
  invalid_email: "is not an e-mail address; left out",
  invalid_phone:
    "is not a phone number that can be written in E.164; left out (national numbers need a default country)",
  phone_extension_dropped: "has an extension, which E.164 cannot hold; delivered without it",
  invalid_website: "is neither an http(s) URL nor a domain; left out",
  invalid_id: "is not one of Apollo's ids (24 hexadecimal digits); left out",
  not_text: "is neither a text nor a number; left out",
  custom_field_errors: "holds values that Apollo did not store; the rest of the contact is written",
} as const;

/** Makes a warning. */
export function warningOf(code: WarningCode, field: string, source?: string): Warning {
  const message = `${source ?? field} ${WARNINGS[code]}`;
  return source === undefined ? { code, field, message } : { code, field, source, message };
}
