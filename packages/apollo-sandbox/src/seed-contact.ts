import type { CreateContactRequest } from "@datafly/apollo-client";

import { isEmailAddress, readContactFields, type ContactFields, type CrmIdField } from "./contact-fields.js";
import { InvalidInputError } from "./invalid-input-error.js";
import { isJsonObject } from "./json.js";
import { wrongValue } from "./parameter-check.js";

/** @inline */
type RequestFields = Omit<CreateContactRequest, "run_dedupe">;

/**
 * A contact to start with: the fields of a request to create it, all optional, the ids in CRMs, and what only Apollo itself could have
 * assigned.
 */
export type SeedContact = { readonly [Field in keyof RequestFields]?: RequestFields[Field] | null } & {
  /** The id, 24 hexadecimal digits. Default: the next free id. */
  readonly id?: string;
  /** The person in Apollo's own database, 24 hexadecimal digits. */
  readonly person_id?: string;
  /** The organization in Apollo's own database, 24 hexadecimal digits. */
  readonly organization_id?: string;
  /** Additional addresses. They match, too. */
  readonly additional_emails?: readonly string[];
} & Readonly<Partial<Record<CrmIdField, string | null>>>;

/** What a seed asks for. */
export interface ParsedSeed {
  readonly fields: ContactFields;
  readonly additionalEmails: readonly string[];
}

/** Reads a seed. A value of the wrong type throws an `InvalidInputError`. */
export function parseSeed(seed: unknown): ParsedSeed {
  if (!isJsonObject(seed)) throw new InvalidInputError("A contact must be a JSON object.");
  const complaint = wrongValue(seed);
  if (complaint !== undefined) throw new InvalidInputError(complaint);
  const fields = readContactFields(seed);
  const emails: unknown = seed.additional_emails ?? [];
  if (!isTextList(emails) || !emails.every((email) => isEmailAddress(email.trim()))) {
    throw new InvalidInputError("additional_emails must be an array of e-mail addresses.");
  }
  return { fields, additionalEmails: emails.map((email) => email.trim()) };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
