import { ApolloError } from "./apollo-error.js";

/** The caller's `signal` was aborted, before, during or between attempts. `maybeDelivered` tells what is certain. */
export class RequestAbortedError extends ApolloError {
  override readonly name = "RequestAbortedError";
}
