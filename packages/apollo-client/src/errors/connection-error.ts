import { ApolloError } from "./apollo-error.js";

/**
 * There was no answer. `maybeDelivered` tells whether the request was never sent (connection refused, unknown host) or
 * the connection was lost after it went out.
 */
export class ConnectionError extends ApolloError {
  override readonly name = "ConnectionError";
}
