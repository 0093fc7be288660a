import { ApolloError, type ApolloApiErrorName, type ApolloErrorDetails } from "./apollo-error.js";

/**
 * Apollo answered, but not with success. The statuses that have a class of their own are thrown as that class; this one
 * itself stands for all others, for instance 408 and 409.
 */
export class ApolloApiError extends ApolloError {
  override readonly name: ApolloApiErrorName = "ApolloApiError";
  override readonly status: number;

  constructor(details: ApolloErrorDetails & { readonly status: number }) {
    super(details);
    this.status = details.status;
  }
}
