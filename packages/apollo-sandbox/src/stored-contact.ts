import type { Contact } from "@datafly/apollo-client";

import type { CrmIdField } from "./contact-fields.js";
import { keyOwnerId } from "./id-sequence.js";

/** An e-mail address of a contact. */
export interface ContactEmail {
  /** The address. */
  readonly email: string;
  /** Its position in the list; 0 is the primary address. */
  readonly position: number;
}

/** A stored contact. It has all fields, whereas Apollo's description promises only the id. */
export type StoredContact = Contact &
  Required<Pick<Contact, "email" | "label_ids" | "phone_numbers" | "typed_custom_fields">> & {
    /** The addresses, the primary one first. */
    readonly contact_emails: readonly ContactEmail[];
    /** The website, which Apollo accepts but shows in no response. */
    readonly website_url: string | null;
  } & Readonly<Record<CrmIdField, string | null>>;

/** The contact as an answer shows it: without its website. */
export function shownContact(contact: StoredContact): Contact {
  // JSON has no place for `undefined`.
  const shown = { ...contact, website_url: undefined };
  return shown;
}

/** A contact on which nothing has been written yet. */
export function blankContact(id: string, createdAt: string): StoredContact {
  return {
    id,
    first_name: null,
    last_name: null,
    name: null,
    title: null,
    email: null,
    email_status: null,
    contact_emails: [],
    organization_name: null,
    organization_id: null,
    account_id: null,
    owner_id: keyOwnerId,
    creator_id: keyOwnerId,
    contact_stage_id: null,
    person_id: null,
    salesforce_contact_id: null,
    salesforce_lead_id: null,
    hubspot_vid: null,
    crm_id: null,
    source: "api",
    label_ids: [],
    website_url: null,
    present_raw_address: null,
    city: null,
    state: null,
    country: null,
    time_zone: null,
    sanitized_phone: null,
    phone_numbers: [],
    typed_custom_fields: {},
    custom_field_errors: {},
    existence_level: "full",
    queued_for_crm_push: false,
    created_at: createdAt,
    updated_at: createdAt,
  };
}
