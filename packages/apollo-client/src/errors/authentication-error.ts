import { ApolloApiError } from "./apollo-api-error.js";

/** 401: the API key is missing, unknown, or came some other way than in the `X-Api-Key` header. */
export class AuthenticationError extends ApolloApiError {
  override readonly name = "AuthenticationError";
}
