import { deepFreeze } from "@datafly/signal-connector-kit";

import type { FailureReason } from "./outcome.js";

/**
 * What a failed delivery asks for:
 * - `setup`: somebody has to put the settings right; every other lead would fail the same way, and none is at fault;
 * - `throttle`: all calls wait until Apollo takes them again;
 * - `transient`: a later attempt may succeed;
 * - `final`: it is kept for a person to look at; sending it again will not help;
 * - `interrupted`: the program itself ended the call.
 */
export type FailureClass = "setup" | "throttle" | "transient" | "final" | "interrupted";

/**
 * The class of each reason, for programs that send again by themselves. It holds **with deduplication on**, where a repeat is
 * harmless whatever became of the first call. With it off, a failure whose `error.maybeDelivered` is true is `final`: a repeat
 * could make a second contact.
 */
export const FAILURE_CLASSES = deepFreeze({
  // A 401.
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
} as const satisfies Record<FailureReason, FailureClass>);
