import { ApolloError } from "./apollo-error.js";

/**
 * There was no whole answer. `maybeDelivered` is false where the request was certainly never sent (connection refused, unknown
 * host), and true where it may have gone out. Platforms whose `fetch` does not say why it failed cannot tell: it is true there.
 */
export class ConnectionError extends ApolloError {
  override readonly name = "ConnectionError";
}
