import type { FailureReason } from "@datafly/signal-apollo-connector";

/**
 * What a failed delivery asks for:
 * - `setup`: somebody has to put the settings right; every other lead would fail the same way, and none is at fault;
 * - `throttle`: wait until Apollo takes calls again;
 * - `transient`: try again later;
 * - `final`: keep it for a person; trying again will not help.
 */
export type FailureClass = "setup" | "throttle" | "transient" | "final";

/**
 * The class of each reason, **with deduplication on**, so that a repeat is harmless whatever became of the first call. With it
 * off, what has `error.maybeDelivered` is `final`: a repeat could make a second contact.
 */
export const FAILURE_CLASS = {
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
  aborted: "transient",
  invalid_contact: "final",
  request_refused: "final",
} as const satisfies Record<FailureReason, FailureClass>;
