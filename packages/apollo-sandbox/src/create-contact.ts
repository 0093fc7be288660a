import type { CreateContactResponse } from "@datafly/apollo-client";

import { jsonAnswer, type Answer } from "./answer.js";
import { refused, type ApiRequest, type Processed } from "./api-request.js";
import { readContactFields } from "./contact-fields.js";
import type { WrittenContact } from "./contact-store.js";
import { isJsonObject, type JsonObject } from "./json.js";
import { accessRefusal, keyRefusal } from "./key-refusal.js";
import type { KeyRing } from "./key-ring.js";
import { missingName, wrongValue } from "./parameter-check.js";
import type { Exhaustion } from "./quota.js";
import type { RequestBody } from "./request-body.js";
import type { SandboxState } from "./sandbox-state.js";
import { shownContact } from "./stored-contact.js";

/** `POST /contacts`: key, plan, scope, quota, parameters, match and write, in Apollo's order. */
export async function createContact(request: ApiRequest, state: SandboxState, keys: KeyRing): Promise<Processed> {
  const refusal = keyRefusal(request, keys) ?? accessRefusal(request, "contacts/create", state, keys);
  if (refusal !== undefined) return refused(refusal);

  const exhaustion = state.quota.exhaustion();
  if (exhaustion !== undefined) return refused(tooManyRequests(exhaustion, state.quota.headers()));
  state.quota.count();
  const quotaHeaders = state.quota.headers();

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

function tooManyRequests({ limit, window, resetsInMs }: Exhaustion, quotaHeaders: Record<string, string>): Answer {
  const message =
    `The maximum number of api calls allowed for api/v1/contacts is ${limit} times per ${window}. ` +
    "Please upgrade your plan or wait.";
  return jsonAnswer(429, { message }, { ...quotaHeaders, "retry-after": String(Math.ceil(resetsInMs / 1000)) });
}

/** The parameters of a request, or why there are none. A body that is not sent as JSON has no parameters. */
function parametersOf(body: RequestBody): JsonObject | string {
  switch (body.kind) {
    case "json":
      return isJsonObject(body.value) ? body.value : "The request body must be a JSON object.";
    case "other":
      return {};
    case "broken":
      return "The request body is not valid JSON.";
    case "too_large":
      return "The request body is too large.";
  }
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
