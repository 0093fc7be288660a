import type { AnyApolloError, RateLimit } from "@datafly/apollo-client";
import { deepFreeze, type DropReason, type Issue } from "@datafly/signal-connector-kit";

import type { RejectReason } from "./decision.js";
import type { Warning } from "./warning.js";

/** What became of an event. Told apart by `status`. */
export type Outcome = DeliveredOutcome | DroppedOutcome | RejectedOutcome | FailedOutcome;

/** Apollo wrote the contact. */
export interface DeliveredOutcome {
  /** What became of it. */
  readonly status: "delivered";
  /**
   * Apollo's id of the contact: 24 hexadecimal digits. Absent if the answer has anything else in its place, so that what a server
   * puts there is not shown. The contact is written all the same.
   */
  readonly contactId?: string;
  /** Whether a stored contact was updated. Not there where Apollo did not say. */
  readonly matched?: boolean;
  /** The HTTP status of Apollo's answer, the last one if there were two. 200 also if nothing was left to send. */
  readonly httpStatus: number;
  /** How often a request was sent. */
  readonly attempts: number;
  /** What was omitted from the contact, and what Apollo stored in another way than it was sent. */
  readonly warnings: readonly Warning[];
  /** The quota of the endpoint that creates contacts, as of Apollo's answer. */
  readonly rateLimit: RateLimit;
  /** The quota of the endpoint that adds contacts to lists. Absent if it was not called. */
  readonly listRateLimit?: RateLimit;
}

/** One call of a delivery was made, and another is left: Apollo wrote the contact, which is not on its lists yet. */
export interface PartialOutcome extends Omit<DeliveredOutcome, "status"> {
  /** What became of it. */
  readonly status: "partial";
  /** Apollo's id of the contact, for the call that is left. */
  readonly contactId: string;
}

/** The event was dropped by design. */
export interface DroppedOutcome {
  /** What became of it. */
  readonly status: "dropped";
  /** Why. */
  readonly reason: DropReason;
}

/** The event cannot become a contact. */
export interface RejectedOutcome {
  /** What became of it. */
  readonly status: "rejected";
  /** Why. */
  readonly reason: RejectReason;
  /** What is wrong, and where in the event. */
  readonly issues: readonly Issue[];
}

/** Apollo did not take the contact, or it is not known whether it did. */
export interface FailedOutcome {
  /** What became of it. */
  readonly status: "failed";
  /** Why, in a word that stands for the error. */
  readonly reason: FailureReason;
  /** The client's error: status, Apollo's message, attempts, and whether the contact may have been written. */
  readonly error: AnyApolloError;
  /** What was left out of the contact. */
  readonly warnings: readonly Warning[];
  /**
   * Apollo's id of the contact, if it is written and only its lists are missing: it is not to be written again. Give it to the next
   * delivery of the event, which is then safe whatever `error.maybeDelivered` says.
   */
  readonly contactId?: string;
}

/** The result of a check. Told apart by `status`. */
export type CheckOutcome = PassedCheck | FailedCheck;

/** Apollo answers, and the API key is valid. */
export interface PassedCheck {
  /** The result. */
  readonly status: "ok";
}

/** Apollo does not answer, or does not accept the API key. */
export interface FailedCheck {
  /** The result. */
  readonly status: "failed";
  /** Why, in a word that stands for the error. */
  readonly reason: FailureReason;
  /** The client's error: status, Apollo's message and attempts. */
  readonly error: AnyApolloError;
}

/** Why a delivery or a check failed. */
export type FailureReason = (typeof REASON_OF_ERROR)[AnyApolloError["name"]] | ListFailureReason;

/** Why the second call of a delivery failed, where the reason differs from that of the first. */
export type ListFailureReason = "lists_permission_denied" | "lists_refused";

/**
 * The reason that stands for each error of the client, by the error's name. A status without a class of its own has a reason all
 * the same: 408 is `timed_out`.
 */
export const REASON_OF_ERROR = /* @__PURE__ */ deepFreeze({
  ApolloApiError: "request_refused",
  AuthenticationError: "invalid_api_key",
  PermissionDeniedError: "permission_denied",
  PaymentRequiredError: "payment_required",
  NotFoundError: "wrong_endpoint",
  InvalidRequestError: "invalid_contact",
  RateLimitError: "rate_limited",
  ServerError: "server_error",
  RedirectError: "redirected",
  ConnectionError: "connection_failed",
  TimeoutError: "timed_out",
  UnexpectedResponseError: "unexpected_response",
  RequestAbortedError: "aborted",
  ApiKeyError: "invalid_api_key",
} as const satisfies Record<AnyApolloError["name"], string>);

/** What errors of the second call stand for, where they do not say the same as of the first. */
const LIST_REASONS: Partial<Record<AnyApolloError["name"], ListFailureReason>> = {
  PermissionDeniedError: "lists_permission_denied",
  InvalidRequestError: "lists_refused",
};

/** The reason that an error of the client stands for. */
export function failureReason({ name, status }: AnyApolloError): FailureReason {
  return status === 408 ? "timed_out" : REASON_OF_ERROR[name];
}

/** The reason that an error of the call that adds a contact to its lists stands for. */
export function listFailureReason(error: AnyApolloError): FailureReason {
  return LIST_REASONS[error.name] ?? failureReason(error);
}
