import type {
  DropReason,
  FailureClass,
  Issue,
  SendFailed,
  SendPartial,
  SendResult,
  Vendor,
} from "@datafly/signal-connector-kit";

import type { Place } from "../place.js";
import type { SourceRecord } from "./event-source.js";

/** The event was dropped by design: by the decision, or since its consent was no longer there when it was to be delivered. */
export interface DroppedOutcome {
  readonly status: "dropped";
  readonly reason: DropReason | "consent_revoked";
}

/** The event cannot become a record, for a reason of the vendor's table or one of {@link unreadable} and {@link endedRuns}. */
export interface RejectedOutcome {
  readonly status: "rejected";
  readonly reason: string;
  readonly issues: readonly Issue[];
}

/** What can become of an event in a stream. */
export type StreamOutcome = Exclude<SendResult, SendPartial> | DroppedOutcome | RejectedOutcome;

/** Reasons that are the engine's own, and in no vendor's table. */
export const [INVALID_JSON, ENDED_RUNS, MAYBE_DELIVERED, UNFINISHED] = [
  "invalid_json",
  "ended_runs",
  "maybe_delivered",
  "unfinished",
] as const;

/** Whether a call was made for it, and answered with whatever HTTP status. */
export function isAnswered(outcome: StreamOutcome | SendPartial): boolean {
  return (
    outcome.status === "delivered" ||
    outcome.status === "partial" ||
    (outcome.status === "failed" && outcome.httpStatus !== undefined)
  );
}

/** An event whose way has ended: delivered, dropped, or kept as a dead letter. Its id and its name are such as may be told. */
export interface DeliveryResult extends EventId, Place {
  readonly outcome: StreamOutcome;
  /** How often it was sent, or tried to be sent. */
  readonly attempts: number;
  /** Whether the record may have been written all the same. Not there where it was delivered, or certainly was not. */
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
export function unreadable(message: string): RejectedOutcome {
  return { status: "rejected", reason: INVALID_JSON, issues: [{ path: "", message }] };
}

/** The outcome of an event that was being planned when runs ended. */
export function endedRuns(): RejectedOutcome {
  const message = "Two runs ended while this event was being planned; it is not planned again by itself";
  return { status: "rejected", reason: ENDED_RUNS, issues: [{ path: "", message }] };
}

/** The outcome of an event whose record is written, when the run ends before the call that is left, and no later run would make it. */
export function unfinished({ record }: Vendor): SendFailed {
  const message = `The ${record} is written, and the run ended before the call that is left. A replay makes that call alone.`;
  return { status: "failed", reason: UNFINISHED, maybeDelivered: true, message, warnings: [] };
}

/** The outcome of an event that an earlier run was sending when it ended, by a connector that is not idempotent. */
export function maybeDelivered({ name }: Vendor): SendFailed {
  const message = `A run ended while this event was in the air, with deduplication off. Look into ${name} before you send it again.`;
  return { status: "failed", reason: MAYBE_DELIVERED, maybeDelivered: true, message, warnings: [] };
}
