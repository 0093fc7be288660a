import { crmIdFields, type ContactFields, type CrmIdField } from "./contact-fields.js";
import type { StoredContact } from "./stored-contact.js";

/** The rule by which a match was found. */
export type MatchReason = "id_match" | "crm_id_match" | "person_id_match" | "email_match" | "name_and_company_match";

/** What of a contact, stored or sent, can make it the same as another one. */
export interface Identity {
  readonly id: string | null;
  /** The ids in CRMs, by their fields. */
  readonly crmIds: Readonly<Partial<Record<CrmIdField, string | null>>>;
  readonly personId: string | null;
  readonly emails: readonly string[];
  readonly firstName: string;
  readonly lastName: string;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
}

/** Two contacts are the same by a rule if they have one of its traits in common. */
interface MatchRule {
  readonly reason: MatchReason;
  readonly traits: (identity: Identity) => readonly string[];
}

/** Apollo's five rules, in its order. The first one that finds a contact ends the search. */
export const matchRules: readonly MatchRule[] = [
  { reason: "id_match", traits: ({ id }) => present(id) },
  {
    reason: "crm_id_match",
    traits: ({ crmIds }) => crmIdFields.flatMap((field) => present(crmIds[field]).map((id) => `${field} ${id}`)),
  },
  { reason: "person_id_match", traits: ({ personId }) => present(personId) },
  { reason: "email_match", traits: ({ emails }) => emails.map(folded) },
  {
    reason: "name_and_company_match",
    traits: (identity) => {
      const { firstName, lastName } = identity;
      return companyTraits(identity).map((company) => JSON.stringify([folded(firstName), folded(lastName), company]));
    },
  },
];

/** What makes two companies the same: the domain of an address, the organization or its name. */
function companyTraits({ emails, organizationId, organizationName }: Identity): string[] {
  return [
    ...emails.map((email) => `domain ${folded(email.slice(email.lastIndexOf("@") + 1))}`),
    ...present(organizationId).map((id) => `organization ${id}`),
    ...present(organizationName).map((name) => `name ${folded(name)}`),
  ];
}

/** The identity of a contact that is stored. */
export function storedIdentity(contact: StoredContact): Identity {
  return {
    id: contact.id,
    crmIds: contact,
    personId: contact.person_id ?? null,
    emails: contact.contact_emails.map(({ email }) => email),
    firstName: contact.first_name ?? "",
    lastName: contact.last_name ?? "",
    organizationId: contact.organization_id ?? null,
    organizationName: contact.organization_name ?? null,
  };
}

/** The identity of a contact that is sent. */
export function sentIdentity({ id, values }: ContactFields): Identity {
  return {
    id,
    crmIds: values,
    personId: values.person_id ?? null,
    emails: present(values.email),
    firstName: values.first_name ?? "",
    lastName: values.last_name ?? "",
    organizationId: values.organization_id ?? null,
    organizationName: values.organization_name ?? null,
  };
}

function present(value: string | null | undefined): string[] {
  return value === null || value === undefined ? [] : [value];
}

/** Text as it is compared. */
export function folded(text: string): string {
  return text.trim().toLowerCase();
}
