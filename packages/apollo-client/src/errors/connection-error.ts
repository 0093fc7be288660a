import { ApolloError } from "./apollo-error.js";

/**
 * There was no whole answer. `maybeDelivered` is false where the request was certainly never sent (connection refused, unknown
 * host, a TLS handshake that failed), and true where it may have gone out. The message says what is wrong, as far as the platform
 * tells: a wrong scheme or port, an old version of TLS, a certificate. Platforms whose `fetch` does not say why it failed cannot tell: it is true there.
 */
export class ConnectionError extends ApolloError {
  override readonly name = "ConnectionError";
}
