import type { CreateContactRequest } from "@datafly/apollo-client";
import {
  emailField,
  firstNameField,
  lastNameField,
  omitted,
  phoneField,
  taken,
  textField,
  websiteField,
  type FieldRule,
  type RecordDefinition,
} from "@datafly/signal-connector-kit";

import { WARNINGS, type WarningCode } from "./warning.js";

/** The fields of a contact that hold one text each, which a blueprint can fill from an event. */
export type ContactField = Exclude<keyof CreateContactRequest, "label_names" | "typed_custom_fields" | "run_dedupe">;

/** A field without which Apollo refuses a contact. */
export type RequiredField = "first_name" | "last_name";

const ID = /^[0-9a-f]{24}$/;

/** One of Apollo's ids. Anything else would make Apollo refuse the whole contact. */
const id = {
  normalise: (text) => {
    const value = text.toLowerCase();
    return ID.test(value) ? taken(value) : omitted("invalid_id");
  },
  placeholders: "strict",
  maxLength: textField.maxLength,
} as const satisfies FieldRule<WarningCode>;

/** How each field reads its value, wherever a blueprint takes it from. Apollo refuses contacts without both names. */
export const CONTACT_FIELDS = {
  first_name: { ...firstNameField, required: "missing_name" },
  last_name: { ...lastNameField, required: "missing_name" },
  organization_name: textField,
  title: textField,
  account_id: id,
  email: emailField,
  website_url: websiteField,
  contact_stage_id: id,
  present_raw_address: textField,
  direct_phone: phoneField,
  corporate_phone: phoneField,
  mobile_phone: phoneField,
  home_phone: phoneField,
  other_phone: phoneField,
} as const satisfies Record<ContactField, FieldRule<WarningCode>> &
  Record<RequiredField, { readonly required: "missing_name" }>;

/** What an Apollo contact can hold. */
export const CONTACT = {
  name: "Apollo",
  record: "contact",
  warnings: WARNINGS,
  fields: CONTACT_FIELDS,
  lists: { label_names: { part: "labels", rule: textField } },
  groups: {
    typed_custom_fields: {
      // Apollo's own examples have three forms.
      id: /^(?:(?:contact\.)?[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
      expected: "the id of a custom field: 24 hexadecimal digits, the same behind contact., or a UUID",
    },
  },
} as const satisfies RecordDefinition<WarningCode>;
