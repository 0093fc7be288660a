import type { FailedOutcome, FailureReason } from "@datafly/signal-apollo-connector";

/**
 * What a failure means for the stream:
 * - `setup`: the line stops, and nothing is dead-lettered: a wrong key is not the leads' fault;
 * - `throttle`: all calls wait, and the event is sent again; it costs no attempt;
 * - `transient`: the client has repeated it as often as it may; now it is a dead letter, and a replay may succeed;
 * - `final`: a dead letter that a person must look at;
 * - `interrupted`: the process was asked to end.
 */
export type FailureClass = "setup" | "throttle" | "transient" | "final" | "interrupted";

const CLASS_OF_REASON = {
  invalid_api_key: "setup",
  payment_required: "setup",
  permission_denied: "setup",
  wrong_endpoint: "setup",
  redirected: "setup",
  rate_limited: "throttle",
  server_error: "transient",
  connection_failed: "transient",
  timed_out: "transient",
  unexpected_response: "transient",
  invalid_contact: "final",
  request_refused: "final",
  aborted: "interrupted",
} as const satisfies Record<FailureReason, FailureClass>;

/** The class of a failure. What may have been delivered is final where a repeat could make a second contact. */
export function classify({ reason, error }: FailedOutcome, deduplicate: boolean): FailureClass {
  const unsafe = error.maybeDelivered && !deduplicate;
  const failureClass = CLASS_OF_REASON[reason];
  return unsafe && (failureClass === "transient" || failureClass === "interrupted") ? "final" : failureClass;
}
