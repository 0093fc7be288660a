import type { CreateContactRequest, PhoneNumber } from "@datafly/apollo-client";

/** The fields that take a phone number, and the line that Apollo files each under. */
export const phoneLines = {
  direct_phone: "work_direct",
  corporate_phone: "work_hq",
  mobile_phone: "mobile",
  home_phone: "home",
  other_phone: "other",
} as const satisfies Partial<Record<keyof CreateContactRequest, string>>;

/** A field that takes a phone number. */
export type PhoneField = keyof typeof phoneLines;

/** The names of these fields, in the order in which a contact lists its numbers. */
export const phoneFields = Object.keys(phoneLines) as readonly PhoneField[];

/** Numbers that are sent; `null` clears. */
export type SentPhones = Readonly<Partial<Record<PhoneField, string | null>>>;

/** The contact's numbers once those that were sent have taken the place of the stored ones of the same line. */
export function overwritePhones(stored: readonly PhoneNumber[], sent: SentPhones): PhoneNumber[] {
  const numbers = phoneFields.flatMap((field) => {
    const raw = sent[field];
    if (raw === undefined) return stored.filter((number) => number.type === phoneLines[field]);
    if (raw === null) return [];
    return [{ raw_number: raw, sanitized_number: sanitizePhone(raw), type: phoneLines[field], status: "no_status" }];
  });
  return numbers.map((number, position) => ({ ...number, position }));
}

/** Makes E.164 of a number as Apollo does: without a country it is taken for North American, and `null` if it cannot be. */
function sanitizePhone(raw: string): string | null {
  const digits = raw.replace(/\D/g, "");
  if (raw.trim().startsWith("+")) return digits === "" ? null : `+${digits}`;
  if (digits.length === 10) return `+1${digits}`;
  if (digits.length === 11 && digits.startsWith("1")) return `+${digits}`;
  return null;
}
