import type { CreateContactRequest } from "@datafly/apollo-client";

import { normaliseEmail } from "./normalise/email.js";
import { normaliseId } from "./normalise/id.js";
import { normaliseName } from "./normalise/name.js";
import type { Normaliser } from "./normalise/normaliser.js";
import { normalisePhone } from "./normalise/phone.js";
import { normaliseWebsite } from "./normalise/website.js";

/** The fields of a contact that hold one text each, which a blueprint can fill from an event. */
export type ContactField = Exclude<keyof CreateContactRequest, "label_names" | "typed_custom_fields" | "run_dedupe">;

/** Takes a text as it is. */
const asItIs: Normaliser = (value) => ({ value });

/** How the value of each field is normalised, wherever a blueprint takes it from. */
export const CONTACT_FIELDS = {
  first_name: normaliseName,
  last_name: normaliseName,
  organization_name: asItIs,
  title: asItIs,
  account_id: normaliseId,
  email: normaliseEmail,
  website_url: normaliseWebsite,
  contact_stage_id: normaliseId,
  present_raw_address: asItIs,
  direct_phone: normalisePhone,
  corporate_phone: normalisePhone,
  mobile_phone: normalisePhone,
  home_phone: normalisePhone,
  other_phone: normalisePhone,
} as const satisfies Record<ContactField, Normaliser>;

/** The fields without which Apollo refuses a contact. */
export const REQUIRED_FIELDS = ["first_name", "last_name"] as const satisfies readonly ContactField[];

/**
 * A field without which Apollo refuses a contact.
 *
 * @useDeclaredType
 */
export type RequiredField = (typeof REQUIRED_FIELDS)[number];
