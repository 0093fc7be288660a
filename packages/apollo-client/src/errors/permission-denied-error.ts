import { ApolloApiError } from "./apollo-api-error.js";

/** 403: the key does not grant *Create a Contact*. If the answer speaks of the plan, it is a {@link PaymentRequiredError}. */
export class PermissionDeniedError extends ApolloApiError {
  override readonly name = "PermissionDeniedError";
}
