import { ApolloApiError } from "./apollo-api-error.js";

/** 3xx: the address redirects. Redirects are not followed, since the key would go along to another host. */
export class RedirectError extends ApolloApiError {
  override readonly name = "RedirectError";
}
