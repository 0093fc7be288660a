import type { Issue, Outcome } from "@datafly/signal-apollo-connector";

import type { SourceRecord } from "../source/event-source.js";

/** What stands in the place of an event could not be read. */
export interface UnreadableOutcome {
  readonly status: "rejected";
  readonly reason: "invalid_json";
  readonly issues: readonly Issue[];
}

/** An event whose way has ended: delivered, dropped, or kept as a dead letter. */
export interface SettledEvent extends EventId {
  readonly position: number;
  readonly outcome: Outcome | UnreadableOutcome;
}

/** What names an event in reports: its own id and its name, `null` where it has none. No personal data. */
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
