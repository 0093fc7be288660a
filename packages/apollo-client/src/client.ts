import { version } from "../package.json";
import { checkOptions } from "./checked-options.js";
import { checkKey, type CheckedKey } from "./check-key.js";
import { createContact, type CreatedContact } from "./create-contact.js";
import type { Operation } from "./operation.js";
import type { ApolloClientOptions, CallOptions } from "./options.js";
import type { CreateContactRequest } from "./schemas.js";
import { redactorOf } from "./secret.js";
import { watchConnecting } from "./transport/connect-errors.js";

/** Where Apollo's API is. */
export const APOLLO_BASE_URL = "https://api.apollo.io/api/v1";

/** A client for Apollo's contacts. */
export interface ApolloClient {
  /** Apollo's contacts: the people in the team's own CRM database. */
  readonly contacts: {
    /**
     * Creates a contact, or with `run_dedupe: true` updates the one that matches.
     *
     * Repeats the call by itself where that is safe: where Apollo certainly did not carry it out, or where it was sent with
     * `run_dedupe: true`, so that carrying it out twice is harmless.
     *
     * @throws ApolloError in one of its forms, whatever goes wrong with the call; see {@link isApolloError}
     * @throws TypeError or RangeError if `contact` cannot be written as JSON, or an option is wrong
     */
    create(contact: CreateContactRequest, options?: CallOptions): Promise<CreatedContact>;
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
}

/**
 * Makes a client. Cheap, does no I/O; share one among all calls.
 *
 * @throws TypeError or RangeError if an option is wrong: a key that is empty or holds what no key does, a `baseUrl` that is no
 * URL, a name that there is not
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
  const { apiKey, fetch, ...settings } = checkOptions(options, {
    baseUrl: APOLLO_BASE_URL,
    userAgent: `datafly-apollo-client/${version}`,
  });
  watchConnecting();
  const redact = redactorOf(apiKey);
  // Not called as a method: a platform's own fetch refuses to work for any object but its global one.
  const send = async ({ method, path, body }: Operation<unknown>, signal: AbortSignal) =>
    fetch(`${settings.baseUrl}${path}`, {
      method,
      headers: {
        "X-Api-Key": apiKey,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        Accept: "application/json",
        "User-Agent": settings.userAgent,
      },
      ...(body !== undefined && { body }),
      redirect: "manual",
      signal,
    });
  // Errors name it, and its path may hold the key.
  const context = { ...settings, baseUrl: redact(settings.baseUrl), send, redact };
  return Object.freeze({
    contacts: Object.freeze({
      create: (contact: CreateContactRequest, callOptions: CallOptions = {}) =>
        createContact(context, contact, callOptions),
    }),
    checkKey: (callOptions: CallOptions = {}) => checkKey(context, callOptions),
  });
}
