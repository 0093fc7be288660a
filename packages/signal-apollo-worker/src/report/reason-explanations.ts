import {
  REASONS,
  type DropReason,
  type Explanation,
  type FailureReason,
  type RejectReason,
} from "@datafly/signal-apollo-connector";

/** Why an event was not delivered, as reports and dead letters name it. */
export type Reason =
  DropReason | RejectReason | FailureReason | "invalid_json" | "ended_runs" | "consent_revoked" | "maybe_delivered";

/** Every reason in words: the connector's, and those that only a stream can have. None holds a value of an event. */
export const REASON_EXPLANATIONS: Readonly<Record<Reason, Explanation>> = {
  ...REASONS,
  consent_revoked: {
    meaning: "the consent store does not grant marketing consent (any more)",
    whatToDo:
      "Nothing: consent stood in the event, and no longer in the consent store. If that is wrong for many, look at --consent-key and --consent-path: no entry counts as no consent. A run with --restart then takes them up again.",
  },
  invalid_json: {
    meaning: "the line is not JSON",
    whatToDo:
      "Look at the line in the dead letter. Events are NDJSON: one JSON object a line, in UTF-8. Often a line was cut off while it was written. Put the sender right for the events to come. To send this one, replace the line in the dead letter and replay; or delete the dead letter to give it up.",
  },
  ended_runs: {
    meaning: "two runs ended while it was being planned, killed by the watchdog or out of memory",
    whatToDo:
      "Look at the event in the dead letter: a value of it is hostile, or far too large. Correct the value and replay, or delete the dead letter to give the event up. Please report an event that ends a run: none should.",
  },
  maybe_delivered: {
    meaning: "a run ended while it was in the air; look into Apollo before it is sent again",
    whatToDo:
      "Look for the contact in Apollo. If it is not there, replay the dead letter with deduplication on; with --no-dedupe a replay leaves it where it is.",
  },
};

/** The reasons of drops that are right as they are, and of ends that somebody asked for. */
const BY_DESIGN: ReadonlySet<Reason> = new Set(["event_not_mapped", "consent_denied", "consent_revoked", "aborted"]);

/** Whether a person can do something about a reason, so that a report points to what. */
export function isActionable(reason: Reason): boolean {
  return !BY_DESIGN.has(reason);
}

/** Whether a word, from a file say, is a reason. */
export function isReason(word: string): word is Reason {
  return Object.hasOwn(REASON_EXPLANATIONS, word);
}
