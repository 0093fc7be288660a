import { deepFreeze, valueWarnings, type Explanation, type Warning as WarningOf } from "@datafly/signal-connector-kit";

/** Why something was omitted from a contact that is delivered all the same, or what Apollo did not store of it as it was sent. */
export type WarningCode = keyof typeof WARNINGS;

/** Something that was omitted from a contact, or not stored as it was sent, while the contact is still delivered. */
export type Warning = WarningOf<WarningCode>;

const values = valueWarnings("Apollo");

/** Every warning in words. The meaning follows the place of the value: `traits.phone is not …`. */
export const WARNINGS = /* @__PURE__ */ deepFreeze({
  ...values,
  invalid_email: {
    ...values.invalid_email,
    whatToDo:
      "Check addresses in the form, and send one address per event. The contact is delivered without one, and Apollo matches it by name and company.",
  },
  hashed_email: {
    ...values.hashed_email,
    whatToDo:
      "Send the address itself, not its hash. Without an address Apollo matches contacts by name and company, and so may overwrite a stranger of the same name.",
  },
  invalid_id: {
    meaning: "is not an Apollo id (24 hexadecimal digits); omitted",
    whatToDo: "Copy the id from Apollo's pages or API.",
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
