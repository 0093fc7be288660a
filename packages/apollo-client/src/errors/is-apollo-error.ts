import type { ApolloApiError } from "./apollo-api-error.js";
import type { AuthenticationError } from "./authentication-error.js";
import type { ConnectionError } from "./connection-error.js";
import type { InvalidRequestError } from "./invalid-request-error.js";
import type { NotFoundError } from "./not-found-error.js";
import type { PaymentRequiredError } from "./payment-required-error.js";
import type { PermissionDeniedError } from "./permission-denied-error.js";
import type { RateLimitError } from "./rate-limit-error.js";
import type { RedirectError } from "./redirect-error.js";
import type { RequestAbortedError } from "./request-aborted-error.js";
import type { ServerError } from "./server-error.js";
import type { TimeoutError } from "./timeout-error.js";
import type { UnexpectedResponseError } from "./unexpected-response-error.js";

/** Every error that this client throws, to be told apart by `name`. */
export type AnyApolloError =
  | ApolloApiError
  | AuthenticationError
  | PermissionDeniedError
  | PaymentRequiredError
  | NotFoundError
  | InvalidRequestError
  | RateLimitError
  | ServerError
  | RedirectError
  | ConnectionError
  | TimeoutError
  | UnexpectedResponseError
  | RequestAbortedError;

const NAMES: Readonly<Record<AnyApolloError["name"], true>> = {
  ApolloApiError: true,
  AuthenticationError: true,
  PermissionDeniedError: true,
  PaymentRequiredError: true,
  NotFoundError: true,
  InvalidRequestError: true,
  RateLimitError: true,
  ServerError: true,
  RedirectError: true,
  ConnectionError: true,
  TimeoutError: true,
  UnexpectedResponseError: true,
  RequestAbortedError: true,
};

/**
 * Whether a caught value is an error of this client, be it of another copy of this package, where `instanceof` fails.
 *
 * @example
 * ```ts
 * import { createApolloClient, isApolloError } from "@datafly/apollo-client";
 *
 * const apollo = createApolloClient({ apiKey: "…" });
 * try {
 *   await apollo.contacts.create({ first_name: "Ada", last_name: "Byron", run_dedupe: true });
 * } catch (error) {
 *   if (isApolloError(error) && error.name === "RateLimitError") console.log(error.retryAfterMs);
 *   else throw error;
 * }
 * ```
 */
export function isApolloError(value: unknown): value is AnyApolloError {
  return value instanceof Error && Object.hasOwn(NAMES, value.name) && "maybeDelivered" in value;
}
