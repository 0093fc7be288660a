import { ApolloError } from "./apollo-error.js";

/**
 * There was no answer within `timeoutMs`, or one of success whose body was not complete by then. The contact may have been
 * written. Of a refusal the status is enough: it is thrown as what it is.
 */
export class TimeoutError extends ApolloError {
  override readonly name = "TimeoutError";
}
