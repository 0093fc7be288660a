import { call, type CallContext } from "./call.js";
import { isObject, parseJson } from "./json.js";
import type { Operation } from "./operation.js";
import type { CallOptions } from "./options.js";
import { readRateLimit, type RateLimit } from "./rate-limit.js";
import type { Contact, CreateContactRequest, CreateContactResponse, DedupeResult, Label } from "./schemas.js";

/** What became of a call that succeeded. */
export interface CreatedContact {
  /** The contact as Apollo now stores it. `contact.id` is certain, and does not hold the API key: it is what gets shown. */
  readonly contact: Contact;
  /** The lists that the contact is on. */
  readonly labels: readonly Label[];
  /** What the look for a match found; `null` where Apollo did not say. */
  readonly dedupeResult: DedupeResult | null;
  /** The quota as of this answer. */
  readonly rateLimit: RateLimit;
  /** The HTTP status. */
  readonly status: number;
  /** How often the request was sent; 1 without repeats. */
  readonly attempts: number;
  /** The answer's headers. */
  readonly headers: Headers;
}

/** Creates a contact, or updates the one that matches. */
export async function createContact(
  context: CallContext,
  contact: CreateContactRequest,
  options: CallOptions,
): Promise<CreatedContact> {
  const { answer, body, attempts } = await call(context, creationOf(contact), options);
  const { labels, dedupe_result: dedupeResult } = body;
  return {
    contact: { ...body.contact, id: context.redact(body.contact.id) },
    // Whatever else the answer holds, the contact is written: a list that is missing must not turn that into an error.
    labels: Array.isArray(labels) ? labels : [],
    dedupeResult: dedupeResult ?? null,
    rateLimit: readRateLimit(answer.headers),
    status: answer.status,
    attempts,
    headers: answer.headers,
  };
}

function creationOf(contact: CreateContactRequest): Operation<CreateContactResponse> {
  // Written once: all attempts send the same bytes, whatever the caller does with the object meanwhile.
  const body = JSON.stringify(contact) as string | undefined;
  // Judged by what Apollo will read: a field that is inherited, or that toJSON leaves out, is not written.
  const written = parseJson(body);
  if (body === undefined || !isObject(written)) throw new TypeError("contact must be an object.");
  const deduplicated = Object.hasOwn(written, "run_dedupe") && written.run_dedupe === true;
  const advice = deduplicated
    ? "it was sent with run_dedupe: true, so a repeat is harmless."
    : "only with run_dedupe: true is a repeat harmless.";
  return {
    method: "POST",
    path: "/contacts",
    body,
    writes: true,
    harmlessTwice: deduplicated,
    proves: isCreateContactResponse,
    words: {
      success: "Apollo wrote the contact.",
      maybeDelivered: `Apollo may have written the contact; ${advice}`,
      unproven: "it holds no contact with an id",
      refused: "the contact",
      refusedAdvice: "Ensure that it carries both first_name and last_name; Apollo rejects contacts without them.",
    },
  };
}

/** A contact without an id is no proof that it was written. Nothing else of the answer is certain. */
function isCreateContactResponse(body: unknown): body is CreateContactResponse {
  return isObject(body) && isObject(body.contact) && typeof body.contact.id === "string" && body.contact.id !== "";
}
