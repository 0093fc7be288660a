import { ApolloApiError } from "./apollo-api-error.js";

/** 5xx: something failed at Apollo or on the way to it. The contact may have been written. */
export class ServerError extends ApolloApiError {
  override readonly name = "ServerError";
}
