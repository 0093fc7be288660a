import type { FailedOutcome, Issue, RejectedOutcome, Warning } from "@datafly/signal-apollo-connector";

import type { SourceRecord } from "../source/event-source.js";
import type { FailureClass } from "./failure-class.js";
import { eventIdOf, type UnreadableOutcome } from "./settled-event.js";

/** An event that could not be delivered, with all that is needed to know why, and to send it once more. */
export interface DeadLetter {
  readonly position: number;
  readonly messageId: string | null;
  readonly status: "rejected" | "failed";
  readonly reason: string;
  /** What kind of failure it was. */
  readonly class: FailureClass;
  /** What went wrong, in words. */
  readonly message: string;
  readonly httpStatus?: number;
  readonly apolloMessage?: string;
  /** Whether the contact may have been written all the same. */
  readonly maybeDelivered: boolean;
  /** How often it was sent, or tried to be sent. */
  readonly attempts: number;
  /** What is wrong with a rejected event, and where. */
  readonly issues?: readonly Issue[];
  readonly warnings: readonly Warning[];
  /** When it was taken up and when it was given up, in ISO 8601. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** The event as it came. */
  readonly event?: unknown;
  /** The line as it came, where it could not be read. */
  readonly line?: string;
}

/** Makes the dead letter of an event. */
export function deadLetterOf(
  record: SourceRecord,
  outcome: FailedOutcome | RejectedOutcome | UnreadableOutcome,
  failureClass: FailureClass,
  times: Pick<DeadLetter, "firstAt" | "lastAt">,
): DeadLetter {
  return {
    position: record.position,
    messageId: eventIdOf(record).messageId,
    status: outcome.status,
    reason: outcome.reason,
    class: failureClass,
    ...(outcome.status === "failed" ? detailsOfFailure(outcome) : detailsOfReject(outcome)),
    ...times,
    ...(record.kind === "event" ? { event: record.event } : { line: record.line }),
  };
}

function detailsOfFailure({ error, warnings }: FailedOutcome) {
  const { message, status, apolloMessage, maybeDelivered, attempts } = error;
  return {
    message,
    ...(status !== undefined && { httpStatus: status }),
    ...(apolloMessage !== undefined && { apolloMessage }),
    maybeDelivered,
    attempts,
    warnings,
  };
}

function detailsOfReject({ issues }: RejectedOutcome | UnreadableOutcome) {
  const message = issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message)).join("; ");
  return { message, maybeDelivered: false, attempts: 0, issues, warnings: [] };
}
