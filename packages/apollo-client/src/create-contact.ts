import { isObject, parseJson } from "@datafly/safe-http";

import { callInit, send, type ApolloApi } from "./api.js";
import type { ApolloOperation } from "./apollo-operation.js";
import type { CallOptions } from "./options.js";
import { readRateLimit, type RateLimit } from "./rate-limit.js";
import type { Contact, CreateContactRequest, DedupeResult, Label } from "./schemas.js";

/** The result of a call that succeeded. */
export interface CreatedContact {
  /** The contact as Apollo now stores it. `contact.id` is certain, and does not hold the API key: it is what gets shown. */
  readonly contact: Contact;
  /** The lists that the contact is on. */
  readonly labels: readonly Label[];
  /** What the look for a match found; `null` if Apollo did not say. */
  readonly dedupeResult: DedupeResult | null;
  /** The quota as of this answer. */
  readonly rateLimit: RateLimit;
  /** The HTTP status. */
  readonly status: number;
  /** How often the request was sent; 1 without retries. */
  readonly attempts: number;
  /** The answer's headers. */
  readonly headers: Headers;
}

/** What is particular about creating a contact. */
export const CREATE_CONTACT: ApolloOperation = {
  writes: true,
  // Judged by what Apollo will read: a field that is inherited, or that toJSON omits, is not written.
  harmlessTwice: (body) => {
    const contact = parseJson(body);
    return isObject(contact) && Object.hasOwn(contact, "run_dedupe") && contact.run_dedupe === true;
  },
  // A contact without an id does not prove that it was written. Nothing else of the answer is certain.
  proves: (body) =>
    isObject(body) && isObject(body.contact) && typeof body.contact.id === "string" && body.contact.id !== "",
  words: {
    maybeDelivered: (harmless) =>
      `Apollo may have written the contact; a retry is harmless ${harmless ? "with run_dedupe: true, as here" : "only with run_dedupe: true"}.`,
    unproven: "it holds no contact with an id",
    refused: "the contact",
    refusedAdvice: ". It needs both first_name and last_name.",
    endpoint: "Create a Contact",
  },
};

/** Creates a contact, or updates the one that matches. */
export async function createContact(
  api: ApolloApi,
  redact: (text: string) => string,
  contact: CreateContactRequest,
  options: CallOptions | undefined,
): Promise<CreatedContact> {
  if (!isObject(contact)) throw notAContact();
  const { data, response } = await send(api.POST("/contacts", callInit(options, contact, write)));
  const { labels, dedupe_result: dedupeResult } = data;
  return {
    contact: { ...data.contact, id: redact(data.contact.id) },
    // Whatever else the answer holds, the contact is written: a list that is missing must not turn that into an error.
    labels: Array.isArray(labels) ? labels : [],
    dedupeResult: dedupeResult ?? null,
    rateLimit: readRateLimit(response.headers),
    status: response.status,
    attempts: response.attempts,
    headers: response.headers,
  };
}

/** Written once: all attempts send the same bytes, whatever the caller does with the object meanwhile. */
function write(contact: unknown): string {
  const body = JSON.stringify(contact) as string | undefined;
  if (body?.startsWith("{")) return body;
  throw notAContact();
}

const notAContact = () => new TypeError("contact must be an object.");
