import { ApolloError } from "./apollo-error.js";

/** The answer was not complete within `timeoutMs`, body included. The contact may have been written. */
export class TimeoutError extends ApolloError {
  override readonly name = "TimeoutError";
}
