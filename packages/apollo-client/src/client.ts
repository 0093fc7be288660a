import { createRedactor, createTransport, watchConnecting } from "@datafly/safe-http";

import { version } from "../package.json";
import { addToLists, type AddedToLists } from "./add-to-lists.js";
import { createApi, type ApolloApi } from "./api.js";
import { checkApiKey, checkOptions } from "./checked-options.js";
import { checkKey, type CheckedKey } from "./check-key.js";
import { createContact, type CreatedContact } from "./create-contact.js";
import { operationOf } from "./operations.js";
import type { ApolloClientOptions, CallOptions } from "./options.js";
import type { AddToListsRequest, CreateContactRequest } from "./schemas.js";
import { toApolloError } from "./to-apollo-error.js";

/** Where Apollo's API is. */
export const APOLLO_BASE_URL = "https://api.apollo.io/api/v1";

/** A client for Apollo's contacts. */
export interface ApolloClient {
  /** Apollo's contacts: the people in the team's own CRM database. */
  readonly contacts: {
    /**
     * Creates a contact, or with `run_dedupe: true` updates the one that matches.
     *
     * Retries the call automatically if that is safe: if Apollo certainly did not carry it out, or if it was sent with
     * `run_dedupe: true`, so that carrying it out twice is harmless.
     *
     * @throws ApolloError in one of its forms, whatever goes wrong with the call; see {@link isApolloError}
     * @throws TypeError or RangeError if `contact` cannot be written as JSON, or an option is wrong
     */
    create(contact: CreateContactRequest, options?: CallOptions): Promise<CreatedContact>;
    /**
     * Adds contacts to lists by name, and takes them off none; lists that do not exist are created. Use it in place of `label_names` in
     * {@link ApolloClient.contacts | create}, which on a match replaces the lists that the contact was on.
     *
     * Adding twice does no harm, so a failed call is retried as one of `create` with `run_dedupe: true`. The endpoint has a quota and a
     * key scope of its own, *Add Records to a List*.
     *
     * @throws ApolloError in one of its forms, whatever goes wrong with the call; see {@link isApolloError}
     * @throws TypeError or RangeError if `request` is not an object, or an option is wrong
     *
     * @example
     * ```ts
     * import { createApolloClient } from "@datafly/apollo-client";
     *
     * const apollo = createApolloClient({ apiKey: "your key" });
     * const { contact } = await apollo.contacts.create({ first_name: "Ada", last_name: "Byron", run_dedupe: true });
     * await apollo.contacts.addToLists({ entity_ids: [contact.id], label_names: ["Webinar"] });
     * ```
     */
    addToLists(request: AddToListsRequest, options?: CallOptions): Promise<AddedToLists>;
  };
  /**
   * Asks Apollo whether the API key is valid. Writes nothing, costs no quota, and needs no scope of the key.
   *
   * A failed call is retried as one of `contacts.create` with `run_dedupe: true`. Apollo refuses some invalid keys with 401, which
   * is thrown; of others it says in an answer of 200 that they do not log in: `valid` is `false`.
   *
   * @throws ApolloError in one of its forms, whatever goes wrong with the call; `maybeDelivered` is always `false`
   * @throws TypeError or RangeError if an option is wrong
   */
  checkKey(options?: CallOptions): Promise<CheckedKey>;
  /**
   * The typed client of openapi-fetch below these methods: an escape hatch to the operations of the API's description as they
   * are. Its calls have the same key, deadline, retries and errors.
   *
   * @example
   * ```ts
   * import { createApolloClient } from "@datafly/apollo-client";
   *
   * const apollo = createApolloClient({ apiKey: "your key" });
   * const { data } = await apollo.api.GET("/auth/health", { timeoutMs: 5_000 });
   * console.log(data?.is_logged_in);
   * ```
   */
  readonly api: ApolloApi;
}

/**
 * Makes a client. Cheap, does no I/O; share one among all calls.
 *
 * @throws TypeError or RangeError if an option is wrong: an empty or malformed key, a `baseUrl` that is not a URL, an unknown option
 *
 * @example
 * ```ts
 * import { createApolloClient } from "@datafly/apollo-client";
 *
 * const apollo = createApolloClient({ apiKey: "your key" });
 * const { contact } = await apollo.contacts.create({ first_name: "Ada", last_name: "Byron", run_dedupe: true });
 * console.log(contact.id);
 * ```
 */
export function createApolloClient(options: ApolloClientOptions): ApolloClient {
  const { apiKey, shownBaseUrl, ...settings } = checkOptions(options, {
    baseUrl: APOLLO_BASE_URL,
    userAgent: `datafly-apollo-client/${version}`,
  });
  watchConnecting();
  const { learn, redact } = createRedactor();
  if (typeof apiKey === "string") learn(apiKey);
  const transport = createTransport({
    ...settings,
    credentialHeader: "X-Api-Key",
    authorize:
      typeof apiKey === "string"
        ? () => apiKey
        : async () => {
            const key = checkApiKey(await apiKey());
            learn(key);
            return key;
          },
    operationOf,
    toError: (failure, facts) => toApolloError(failure, { ...facts, baseUrl: shownBaseUrl, redact }),
  });
  // Not the one that is handed out: a middleware of the user's is for the user's calls.
  const api = createApi(settings.baseUrl, transport);
  return Object.freeze({
    contacts: Object.freeze({
      create: (contact: CreateContactRequest, callOptions?: CallOptions) =>
        createContact(api, redact, contact, callOptions),
      addToLists: (request: AddToListsRequest, callOptions?: CallOptions) => addToLists(api, request, callOptions),
    }),
    checkKey: (callOptions?: CallOptions) => checkKey(api, callOptions),
    api: Object.freeze(createApi(settings.baseUrl, transport)),
  });
}
