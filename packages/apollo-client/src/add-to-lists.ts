import { callInit, send, type ApolloApi } from "./api.js";
import type { ApolloOperation } from "./apollo-operation.js";
import type { CallOptions } from "./options.js";
import { readRateLimit, type RateLimit } from "./rate-limit.js";
import type { AddToListsRequest, Label } from "./schemas.js";
import { isObject } from "@datafly/safe-http";

/** The result of a call that added contacts to lists. */
export interface AddedToLists {
  /** The lists, as Apollo returned them. */
  readonly labels: readonly Label[];
  /** The quota as of this answer. The endpoint has its own: it counts no contacts that are created. */
  readonly rateLimit: RateLimit;
  /** The HTTP status. */
  readonly status: number;
  /** How often the request was sent; 1 without retries. */
  readonly attempts: number;
  /** The answer's headers. */
  readonly headers: Headers;
}

/** What is particular about adding contacts to lists. */
export const ADD_TO_LISTS: ApolloOperation = {
  writes: true,
  // A contact that is on a list already stays there, and is taken off none.
  harmlessTwice: () => true,
  proves: (body) => labelsIn(body) !== undefined,
  words: {
    maybeDelivered: () => "Apollo may have added the contacts to their lists; a retry is harmless.",
    unproven: "it holds no lists",
    refused: "to add the contacts to their lists",
    refusedAdvice: ". Check that the contacts still exist in Apollo.",
    endpoint: "Add Records to a List",
  },
};

/** Adds contacts to lists. */
export async function addToLists(
  api: ApolloApi,
  request: AddToListsRequest,
  options: CallOptions | undefined,
): Promise<AddedToLists> {
  if (!isObject(request)) throw new TypeError("The request must be an object.");
  const { entity_ids, label_names } = request;
  const body = { entity_ids, label_names, modality: "contacts" } as const;
  const init = callInit(options, body, (value) => JSON.stringify(value));
  const { data, response } = await send(api.POST("/labels/add_entity_ids_to_label_names", init));
  const { status, headers, attempts } = response;
  return { labels: labelsIn(data) ?? [], rateLimit: readRateLimit(headers), status, attempts, headers };
}

/** The lists of a response. Other endpoints for lists answer with an array alone: that proves as much. */
function labelsIn(body: unknown): readonly Label[] | undefined {
  const labels: unknown = isObject(body) && Object.hasOwn(body, "labels") ? body.labels : body;
  return Array.isArray(labels) ? (labels as readonly Label[]) : undefined;
}
