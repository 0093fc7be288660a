import { ApolloApiError } from "./apollo-api-error.js";

/**
 * 401: the API key is unknown, or came some other way than in the `X-Api-Key` header. 422 with `Api key required`: Apollo got no key at
 * all.
 */
export class AuthenticationError extends ApolloApiError {
  override readonly name = "AuthenticationError";
}
