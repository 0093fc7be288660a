import { ApolloApiError } from "./apollo-api-error.js";

/**
 * 400 or 422: Apollo refused the contact, usually for want of a first or last name. The refused attempt wrote nothing;
 * `maybeDelivered` speaks of the earlier ones too.
 */
export class InvalidRequestError extends ApolloApiError {
  override readonly name = "InvalidRequestError";
}
