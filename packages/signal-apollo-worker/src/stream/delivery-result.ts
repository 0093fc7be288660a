import type { FailureClass, Issue, Outcome } from "@datafly/signal-apollo-connector";

import type { Place } from "../place.js";
import type { SourceRecord } from "./event-source.js";

/** What stands in the place of an event could not be read. */
export interface UnreadableOutcome {
  readonly status: "rejected";
  readonly reason: "invalid_json";
  readonly issues: readonly Issue[];
}

/** Earlier runs ended while the event was being planned, so that it is not planned again. */
export interface EndedRunsOutcome {
  readonly status: "rejected";
  readonly reason: "ended_runs";
  readonly issues: readonly Issue[];
}

/** Consent that stood in the event was no longer there when it was to be delivered. */
export interface RevokedOutcome {
  readonly status: "dropped";
  readonly reason: "consent_revoked";
}

/** An earlier run was sending the event when it ended, without deduplication: it may have been delivered. */
export interface UncertainOutcome {
  readonly status: "failed";
  readonly reason: "maybe_delivered";
}

/** What can become of an event in a stream. */
export type StreamOutcome = Outcome | UnreadableOutcome | EndedRunsOutcome | RevokedOutcome | UncertainOutcome;

/** Whether a call was made for it, and answered with whatever HTTP status. */
export function isAnswered(outcome: StreamOutcome): boolean {
  if (outcome.status !== "failed") return outcome.status === "delivered";
  return outcome.reason !== "maybe_delivered" && outcome.error.status !== undefined;
}

/** An event whose way has ended: delivered, dropped, or kept as a dead letter. Its id and its name are such as may be told. */
export interface DeliveryResult extends EventId, Place {
  readonly outcome: StreamOutcome;
  /** How often it was sent, or tried to be sent. */
  readonly attempts: number;
  /** Whether the contact may have been written all the same. Not there where it was delivered, or certainly was not. */
  readonly maybeDelivered?: true;
  /** What kind of failure it was, where it is a dead letter now. */
  readonly failureClass?: FailureClass;
  /** What the event itself says of consent, and where. Not there where the event could not be read. */
  readonly consent?: string;
  /** What the consent store said just before the last call; not there where none is asked. */
  readonly storedConsent?: string;
}

/** Where a record stood in its source. */
export function placeOf({ position, origin }: SourceRecord): Place {
  return origin === undefined ? { position } : { position, topic: origin.topic, partition: origin.partition };
}

/** What names an event: its own id and its name, `null` where it has none. */
export interface EventId {
  readonly messageId: string | null;
  readonly event: string | null;
}

/** Reads the id of an event that may be anything. */
export function eventIdOf(record: SourceRecord): EventId {
  const event: unknown = record.kind === "event" ? record.event : undefined;
  const { messageId, event: name } = (typeof event === "object" && event !== null ? event : {}) as Partial<
    Record<string, unknown>
  >;
  return {
    messageId: typeof messageId === "string" || typeof messageId === "number" ? String(messageId) : null,
    event: typeof name === "string" ? name : null,
  };
}

/** What an event that could not be read comes to. */
export function unreadable(message: string): UnreadableOutcome {
  return { status: "rejected", reason: "invalid_json", issues: [{ path: "", message }] };
}

/** The outcome of an event that was being planned when runs ended. */
export function endedRuns(): EndedRunsOutcome {
  const message = "Two runs ended while this event was being planned; it is not planned again by itself";
  return { status: "rejected", reason: "ended_runs", issues: [{ path: "", message }] };
}
