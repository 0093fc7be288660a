import type { CreateContactRequest } from "@datafly/apollo-client";
import type { Issue } from "@datafly/signal-connector-kit";

import type { Warning } from "./warning.js";

/** What is to be done with an event. Told apart by `action`. */
export type Decision = DeliverDecision | DropDecision | RejectDecision;

/** The event becomes a contact. */
export interface DeliverDecision {
  /** What is to be done. */
  readonly action: "deliver";
  /** The body of the request to Apollo, as it will be sent. */
  readonly contact: CreateContactRequest;
  /** What was left out of the contact. */
  readonly warnings: readonly Warning[];
}

/** The event is dropped by design. Nothing of it is kept. */
export interface DropDecision {
  /** What is to be done. */
  readonly action: "drop";
  /** Why. */
  readonly reason: DropReason;
}

/** The event should become a contact but cannot. It is kept as a dead letter. */
export interface RejectDecision {
  /** What is to be done. */
  readonly action: "reject";
  /** Why. */
  readonly reason: RejectReason;
  /** What is wrong, and where in the event. */
  readonly issues: readonly Issue[];
}

/** Why an event is dropped: it is not one of the blueprint's, or consent is denied, or not known to be granted. */
export type DropReason = "event_not_mapped" | "consent_denied" | "consent_missing";

/** Why an event is rejected: it is no event of Signal, or has no first or last name. */
export type RejectReason = "invalid_event" | "missing_name";
