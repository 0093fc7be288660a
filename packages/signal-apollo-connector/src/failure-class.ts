import { deepFreeze, type FailureClass } from "@datafly/signal-connector-kit";

import type { FailureReason } from "./outcome.js";

/**
 * The class of each reason, for programs that send again by themselves. It holds **with deduplication on**, where a repeat is
 * harmless whatever became of the first call. With it off, a failure whose `error.maybeDelivered` is true is `final`: a repeat
 * could make a second contact. An outcome with a `contactId` may be retried with it in any case.
 */
export const FAILURE_CLASSES = /* @__PURE__ */ deepFreeze({
  // A 401.
  invalid_api_key: "setup",
  payment_required: "setup",
  permission_denied: "setup",
  lists_permission_denied: "setup",
  wrong_endpoint: "setup",
  redirected: "setup",
  rate_limited: "throttle",
  server_error: "transient",
  connection_failed: "transient",
  timed_out: "transient",
  unexpected_response: "transient",
  invalid_contact: "final",
  lists_refused: "final",
  request_refused: "final",
  aborted: "interrupted",
} as const satisfies Record<FailureReason, FailureClass>);
