import type { Contact, CreateContactRequest } from "@datafly/apollo-client";
import { isObject, warningOf } from "@datafly/signal-connector-kit";

import { WARNINGS, type Warning } from "./warning.js";

/** The type that Apollo gives the number of each field. */
const PHONE_TYPES = {
  direct_phone: "work_direct",
  corporate_phone: "work_hq",
  mobile_phone: "mobile",
  home_phone: "home",
  other_phone: "other",
} as const satisfies Partial<Record<keyof CreateContactRequest, string>>;

type PhoneField = keyof typeof PHONE_TYPES;

/**
 * Compares Apollo's answer with what was sent, for the two fields that Apollo reads in its own way and says nothing of: an e-mail
 * address that it cannot read is ignored, and a phone number is sanitised. What is not in the answer is no difference.
 */
export function storedDifferences(sent: Readonly<CreateContactRequest>, stored: Readonly<Contact>): Warning[] {
  return [
    ...(isOtherEmail(sent.email, stored.email) ? [warningOf(WARNINGS, "email_not_stored", "email")] : []),
    ...(Object.keys(PHONE_TYPES) as PhoneField[])
      .filter((field) => isOtherPhone(field, sent[field], stored.phone_numbers))
      .map((field) => warningOf(WARNINGS, "phone_read_differently", field)),
  ];
}

function isOtherEmail(sent: string | undefined, stored: unknown): boolean {
  if (sent === undefined) return false;
  return stored === null || (typeof stored === "string" && folded(stored) !== folded(sent));
}

/** @param stored whatever stands in the answer in place of the numbers */
function isOtherPhone(field: PhoneField, sent: string | undefined, stored: unknown): boolean {
  if (!sent?.startsWith("+") || !Array.isArray(stored)) return false;
  const numbers = (stored as readonly unknown[]).filter(isObject) as Partial<Record<string, unknown>>[];
  if (numbers.some(({ sanitized_number: read }) => read === sent)) return false;
  return numbers.some(({ raw_number: raw, type }) => raw === sent || type === PHONE_TYPES[field]);
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}
