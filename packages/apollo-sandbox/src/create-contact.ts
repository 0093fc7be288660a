import type { CreateContactResponse } from "@datafly/apollo-client";

import { jsonAnswer } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { readContactFields } from "./contact-fields.js";
import type { WrittenContact } from "./contact-store.js";
import { accessRefusal, keyRefusal } from "./key-refusal.js";
import type { KeyRing } from "./key-ring.js";
import { missingName, wrongValue } from "./parameter-check.js";
import { countCall } from "./quota-refusal.js";
import { parametersOf } from "./request-parameters.js";
import type { SandboxState } from "./sandbox-state.js";
import { shownContact } from "./stored-contact.js";

/** `POST /contacts`: key, plan, scope, quota, parameters, match and write, in Apollo's order. */
export async function createContact(request: ApiRequest, state: SandboxState, keys: KeyRing): Promise<Processed> {
  const refusal = keyRefusal(request, keys) ?? accessRefusal(request, "contacts/create", state, keys);
  if (refusal !== undefined) return refused(refusal);

  const counted = countCall("contacts", state);
  if ("refusal" in counted) return refused(counted.refusal);
  const { quotaHeaders } = counted;

  const parameters = parametersOf(request.body);
  if (typeof parameters === "string") return refused(jsonAnswer(400, { error: parameters }, quotaHeaders));
  const complaint = missingName(parameters) ?? wrongValue(parameters);
  if (complaint !== undefined) return refused(jsonAnswer(422, { error: complaint }, quotaHeaders));

  const fields = readContactFields(parameters);
  const written = parameters.run_dedupe === true ? await state.contacts.upsert(fields) : state.contacts.insert(fields);
  const { contact, matchReason, changes } = written;
  return {
    answer: jsonAnswer(200, responseBody(written), quotaHeaders),
    progress:
      matchReason === undefined
        ? { outcome: "created", contactId: contact.id, changes }
        : { outcome: "matched", contactId: contact.id, matchReason, changes },
  };
}

function responseBody({ contact: written, labels, matchReason }: WrittenContact): CreateContactResponse {
  const contact = shownContact(written);
  if (matchReason === undefined) return { contact, labels };
  return {
    contact,
    labels,
    dedupe_result: { found_existing: true, match_reason: matchReason, existing_contact_id: contact.id },
  };
}
