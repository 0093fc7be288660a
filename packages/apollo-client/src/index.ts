export {
  backoffMs,
  type AttemptReport,
  type BackoffOptions,
  type Fetch,
  type FetchInit,
  type Runtime,
} from "@datafly/safe-http";

export type { AddedToLists } from "./add-to-lists.js";
export type { ApolloApi } from "./api.js";
export { APOLLO_BASE_URL, createApolloClient, type ApolloClient } from "./client.js";
export type { CheckedKey } from "./check-key.js";
export type { CreatedContact } from "./create-contact.js";
export * from "./errors.js";
export type { ApolloClientOptions, CallOptions } from "./options.js";
export type { RateLimit, RateLimitWindow } from "./rate-limit.js";
export type * from "./schemas.js";
