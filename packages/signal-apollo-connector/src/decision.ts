import type { CreateContactRequest } from "@datafly/apollo-client";
import type { DropDecision, RejectDecision as RejectDecisionOf } from "@datafly/signal-connector-kit";

import type { Warning } from "./warning.js";

/** What is to be done with an event. Told apart by `action`. */
export type Decision = DeliverDecision | DropDecision | RejectDecision;

/** The event becomes a contact. */
export interface DeliverDecision {
  /** What is to be done. */
  readonly action: "deliver";
  /** The body of the request to Apollo, as it will be sent; with `labels: "add"`, its `label_names` are sent in a second one. */
  readonly contact: CreateContactRequest;
  /** What was left out of the contact. */
  readonly warnings: readonly Warning[];
}

/** The event should become a contact but cannot. It is kept as a dead letter. */
export type RejectDecision = RejectDecisionOf<RejectReason>;

/** Why an event is rejected: it is no event of Signal, or has no first or last name. */
export type RejectReason = "invalid_event" | "missing_name";
