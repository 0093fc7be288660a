import type { CreateContactResponse } from "@datafly/apollo-client";

import { invalidKey, jsonAnswer, type Answer } from "./answer.js";
import { readContactFields } from "./contact-fields.js";
import type { WrittenContact } from "./contact-store.js";
import { isJsonObject, type JsonObject } from "./json.js";
import type { KeyRing } from "./key-ring.js";
import { missingName, wrongValue } from "./parameter-check.js";
import type { Exhaustion } from "./quota.js";
import type { RequestBody } from "./request-body.js";
import type { RequestProgress } from "./request-log.js";
import type { SandboxState } from "./sandbox-state.js";

/** A request to create a contact, as far as Apollo looks at it. */
export interface ContactRequest {
  readonly apiKey: string | null;
  readonly authorization: string | null;
  readonly query: JsonObject;
  readonly body: RequestBody;
}

/** The answer to a request, and what became of it. */
export interface Processed {
  readonly answer: Answer;
  readonly progress: RequestProgress;
}

/** `POST /contacts`: key, quota, scope, parameters, match and write, in Apollo's order. */
export async function createContact(request: ContactRequest, state: SandboxState, keys: KeyRing): Promise<Processed> {
  const keyComplaint = wrongKey(request, keys);
  if (keyComplaint !== undefined) return refused(invalidKey(keyComplaint));

  const exhaustion = state.quota.exhaustion();
  if (exhaustion !== undefined) return refused(tooManyRequests(exhaustion, state.quota.headers()));
  state.quota.count();
  const quotaHeaders = state.quota.headers();

  if (request.apiKey === null || !keys.mayCreateContacts(request.apiKey)) {
    const error = "api/v1/contacts is not accessible with this api_key. Use one that may create contacts.";
    return refused(jsonAnswer(403, { error, error_code: "API_INACCESSIBLE" }, quotaHeaders));
  }

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

function refused(answer: Answer): Processed {
  return { answer, progress: { outcome: "refused" } };
}

/**
 * Why the key is not accepted, if it is not. The sandbox is stricter than Apollo has to be: a key in the wrong place is
 * refused even if it stands in the right one too, so that a client which leaks its key is found out here.
 */
function wrongKey({ apiKey, authorization, query, body }: ContactRequest, keys: KeyRing): string | undefined {
  if (keys.isLeakedIn(query)) return "It must not stand in the query string.";
  if (keys.isLeakedIn(body)) return "It must not stand in the body.";
  if (keys.isLeakedIn([authorization, basicCredentials(authorization)]))
    return "It must not stand in the Authorization header.";
  if (apiKey === null) return "It must stand in the X-Api-Key header.";
  return keys.knows(apiKey) ? undefined : "It is not known.";
}

/** What basic authentication says, which is spelt in Base64. */
function basicCredentials(authorization: string | null): string {
  const [, encoded = ""] = /^basic (.*)$/i.exec(authorization ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString();
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

function responseBody({ contact, labels, matchReason }: WrittenContact): CreateContactResponse {
  if (matchReason === undefined) return { contact, labels };
  return {
    contact,
    labels,
    dedupe_result: { found_existing: true, match_reason: matchReason, existing_contact_id: contact.id },
  };
}
