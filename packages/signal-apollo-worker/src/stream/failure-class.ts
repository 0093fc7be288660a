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

/** The class of each reason, before it is known whether a repeat is safe. */
export const CLASS_OF_REASON = {
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

/**
 * The class of a failure.
 *
 * What may have been delivered is final where a repeat could make a second contact. A host that was never reached, not once
 * since the start, is a wrong address more likely than an outage.
 */
export function classify(
  { reason, error }: FailedOutcome,
  { deduplicate, reached }: { readonly deduplicate: boolean; readonly reached: boolean },
): FailureClass {
  const failureClass = CLASS_OF_REASON[reason];
  if (failureClass !== "transient" && failureClass !== "interrupted") return failureClass;
  if (error.maybeDelivered) return deduplicate ? failureClass : "final";
  return reason === "connection_failed" && !reached ? "setup" : failureClass;
}
