import type { Issue } from "./issue.js";
import type { Warning } from "./warning.js";

/**
 * What is to be done with an event, told apart by `action`.
 *
 * @typeParam Payload what the connector sends of an event: the body of a request, say
 */
export type Decision<Payload> = DeliverDecision<Payload> | DropDecision | RejectDecision;

/**
 * The event becomes a record at the vendor.
 *
 * @typeParam Code the codes that its warnings can have
 */
export interface DeliverDecision<Payload, Code extends string = string> {
  /** What is to be done. */
  readonly action: "deliver";
  /** What will be sent. Personal data. */
  readonly payload: Payload;
  /**
   * Whom the event is about: equal for events of the same person. The engine delivers events of one person one at a time and in order.
   * Personal data: the engine puts it into no log and no file.
   */
  readonly person: string;
  /** What was omitted from the payload. */
  readonly warnings: readonly Warning<Code>[];
}

/** The event is dropped by design. Nothing of it is kept. */
export interface DropDecision {
  /** What is to be done. */
  readonly action: "drop";
  /** Why: one of {@link DROP_REASONS}. */
  readonly reason: DropReason;
}

/** The event should become a record but cannot. It is kept as a dead letter. */
export interface RejectDecision<Reason extends string = string> {
  /** What is to be done. */
  readonly action: "reject";
  /** Why: a name of the vendor's table of rejections. */
  readonly reason: Reason;
  /** What is wrong, and where in the event. */
  readonly issues: readonly Issue[];
}

/** Why events are dropped: not mapped by the blueprint, consent denied, or consent not known to be granted. */
export const DROP_REASONS = /* @__PURE__ */ Object.freeze([
  "event_not_mapped",
  "consent_denied",
  "consent_missing",
] as const);

/** Why an event is dropped by design. */
export type DropReason = (typeof DROP_REASONS)[number];
