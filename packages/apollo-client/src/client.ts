import { version } from "../package.json";
import { checkOptions } from "./checked-options.js";
import { createContact, type CreatedContact } from "./create-contact.js";
import type { paths } from "./generated/apollo.js";
import type { ApolloClientOptions, CallOptions } from "./options.js";
import type { CreateContactRequest } from "./schemas.js";
import { redactorOf } from "./secret.js";
import { watchConnecting } from "./transport/connect-errors.js";

/** Where Apollo's API is. */
export const APOLLO_BASE_URL = "https://api.apollo.io/api/v1";

/** Where contacts are created. A path of the spec, or this does not compile. */
const PATH = "/contacts" satisfies keyof paths;

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
  const url = `${settings.baseUrl}${PATH}`;
  const headers = {
    "X-Api-Key": apiKey,
    "Content-Type": "application/json",
    Accept: "application/json",
    "User-Agent": settings.userAgent,
  };
  // Not called as a method: a platform's own fetch refuses to work for any object but its global one.
  const send = async (body: string, signal: AbortSignal) =>
    fetch(url, { method: "POST", headers: { ...headers }, body, redirect: "manual", signal });
  // Errors name it, and its path may hold the key.
  const context = { ...settings, baseUrl: redact(settings.baseUrl), send, redact };
  return Object.freeze({
    contacts: Object.freeze({
      create: (contact: CreateContactRequest, callOptions: CallOptions = {}) =>
        createContact(context, contact, callOptions),
    }),
  });
}
