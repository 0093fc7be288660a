import { FAILURE_CLASSES, type FailedOutcome, type FailureClass } from "@datafly/signal-apollo-connector";

/**
 * The class of a failure.
 *
 * An uncertain insert is final: it may have been delivered, and with deduplication off a retry could make a second contact. A host that was never reached, not once
 * since the start, is a wrong address more likely than an outage.
 */
export function classify(
  { reason, error }: FailedOutcome,
  { deduplicate, reached }: { readonly deduplicate: boolean; readonly reached: boolean },
): FailureClass {
  const failureClass = FAILURE_CLASSES[reason];
  if (failureClass !== "transient" && failureClass !== "interrupted") return failureClass;
  if (error.maybeDelivered) return deduplicate ? failureClass : "final";
  return reason === "connection_failed" && !reached ? "setup" : failureClass;
}

/** Whether the connection broke, or no answer came in time, after something may have been sent. */
export function isUnanswered({ reason, error }: FailedOutcome): boolean {
  return (
    error.status === undefined && error.maybeDelivered && (reason === "connection_failed" || reason === "timed_out")
  );
}
