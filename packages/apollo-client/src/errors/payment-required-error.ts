import { ApolloApiError } from "./apollo-api-error.js";

/** 402, or the 403 of a plan without API access: the team's Apollo plan does not include the call, or has to be paid for. */
export class PaymentRequiredError extends ApolloApiError {
  override readonly name = "PaymentRequiredError";
}
