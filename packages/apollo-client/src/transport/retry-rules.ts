import type { Failure } from "./attempt.js";

/** What a kind of failure means for a repeat. */
export interface RetryRule {
  /** Whether Apollo may have carried out the call. */
  readonly maybeDelivered: boolean;
  /** Whether the call is worth repeating, and under which condition that is safe. */
  readonly repeat: "always" | "with_dedupe" | "never";
}

/**
 * When a repeat is safe: if the call was certainly not carried out, or if carrying it out twice is harmless, which is what
 * `run_dedupe: true` makes it. Apollo has no idempotency key that would make it safe in any other way.
 */
export const RETRY_RULES = {
  /** 429: refused before it was looked at. */
  throttled: { maybeDelivered: false, repeat: "always" },
  /** No connection came about. */
  never_sent: { maybeDelivered: false, repeat: "always" },
  /** The connection was lost after it had come about. */
  lost: { maybeDelivered: true, repeat: "with_dedupe" },
  /** No complete answer in time. */
  timeout: { maybeDelivered: true, repeat: "with_dedupe" },
  /** 5xx, 408, or no status at all: it failed, at a point that is not known. */
  failed: { maybeDelivered: true, repeat: "with_dedupe" },
  /** Success by its status, but not by its body. */
  unexpected: { maybeDelivered: true, repeat: "with_dedupe" },
  /** 3xx or any other 4xx: it would be refused again. */
  refused: { maybeDelivered: false, repeat: "never" },
  /** The caller gave up before the attempt was begun. */
  not_started: { maybeDelivered: false, repeat: "never" },
  /** The caller gave up while the call was in the air. */
  aborted: { maybeDelivered: true, repeat: "never" },
} as const satisfies Record<Failure["kind"], RetryRule>;
