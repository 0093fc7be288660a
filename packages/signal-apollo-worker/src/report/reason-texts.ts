import type { DropReason, FailureReason, RejectReason } from "@datafly/signal-apollo-connector";

/** Why an event was not delivered, as reports and dead letters name it. */
export type Reason = DropReason | RejectReason | FailureReason | "invalid_json" | "consent_revoked" | "maybe_delivered";

/** The same in words. */
export const REASON_TEXTS: Readonly<Record<Reason, string>> = {
  event_not_mapped: "not one of the events that become contacts",
  consent_denied: "marketing consent is denied",
  consent_missing: "no marketing consent is known",
  consent_revoked: "marketing consent has been revoked since",
  maybe_delivered: "a run ended while it was in the air; look into Apollo before it is sent again",
  invalid_json: "the line is not JSON",
  invalid_event: "not an event of Signal",
  missing_name: "no first or last name",
  invalid_api_key: "the API key is not valid",
  payment_required: "the Apollo plan has to be paid for",
  permission_denied: "the API key lacks the Create a Contact scope",
  wrong_endpoint: "the endpoint path is wrong",
  redirected: "the address redirects",
  rate_limited: "the rate limit is hit",
  invalid_contact: "Apollo refused the contact",
  request_refused: "Apollo refused the request",
  server_error: "Apollo, or a gateway before it, failed",
  connection_failed: "there was no connection",
  timed_out: "there was no answer in time",
  unexpected_response: "the answer is not Apollo's",
  aborted: "the call was aborted",
};
