import { ApolloApiError } from "./apollo-api-error.js";

/** 403: the key does not grant *Create a Contact*, or the plan has no access to the API. */
export class PermissionDeniedError extends ApolloApiError {
  override readonly name = "PermissionDeniedError";
}
