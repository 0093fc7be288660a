import { ApolloError } from "./apollo-error.js";

/**
 * The answer says success but is not what the API promises: no JSON, or no `contact.id`. A proxy may have answered in
 * Apollo's place, or the contact may have been written.
 */
export class UnexpectedResponseError extends ApolloError {
  override readonly name = "UnexpectedResponseError";
}
