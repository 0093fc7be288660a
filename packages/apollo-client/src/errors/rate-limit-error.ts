import { ApolloApiError } from "./apollo-api-error.js";

/**
 * 429: one of the three quota windows is used up. The refused attempt wrote nothing; `maybeDelivered` speaks of the earlier
 * ones too. `retryAfterMs` tells when the window opens again; it is handed to the caller, not waited for, where it is longer than
 * `maxRetryAfterMs`.
 */
export class RateLimitError extends ApolloApiError {
  override readonly name = "RateLimitError";
}
