export { APOLLO_BASE_URL, createApolloClient, type ApolloClient } from "./client.js";
export type { CheckedKey } from "./check-key.js";
export type { CreatedContact } from "./create-contact.js";
export { ApolloApiError } from "./errors/apollo-api-error.js";
export {
  ApolloError,
  type ApolloApiErrorName,
  type ApolloErrorDetails,
  type ApolloErrorName,
} from "./errors/apollo-error.js";
export { AuthenticationError } from "./errors/authentication-error.js";
export { ConnectionError } from "./errors/connection-error.js";
export { InvalidRequestError } from "./errors/invalid-request-error.js";
export { isApolloError, type AnyApolloError } from "./errors/is-apollo-error.js";
export { NotFoundError } from "./errors/not-found-error.js";
export { PaymentRequiredError } from "./errors/payment-required-error.js";
export { PermissionDeniedError } from "./errors/permission-denied-error.js";
export { RateLimitError } from "./errors/rate-limit-error.js";
export { RedirectError } from "./errors/redirect-error.js";
export { RequestAbortedError } from "./errors/request-aborted-error.js";
export { ServerError } from "./errors/server-error.js";
export { TimeoutError } from "./errors/timeout-error.js";
export { UnexpectedResponseError } from "./errors/unexpected-response-error.js";
export type { ApolloClientOptions, ApolloLogDetails, ApolloLogger, CallOptions, Fetch, FetchInit } from "./options.js";
export type { RateLimit, RateLimitWindow } from "./rate-limit.js";
export type { Runtime } from "./runtime.js";
export { backoffMs, type BackoffOptions } from "./transport/backoff.js";
export type * from "./schemas.js";
