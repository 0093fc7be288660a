import type { Failure } from "./attempt.js";

/** What a kind of failure means for a retry. */
export interface RetryRule {
  /** Whether the server may have carried out the call, if it is one that writes. */
  readonly maybeDelivered: boolean;
  /** Whether the call is worth retrying, and under which condition that is safe. */
  readonly retry: "always" | "if_harmless" | "never";
}

/**
 * When a retry is safe: if the call was certainly not carried out, or if carrying it out twice is harmless. Whether it is, each
 * operation says of itself; reading always is.
 */
export const RETRY_RULES = {
  /** 429: refused before it was looked at. */
  throttled: { maybeDelivered: false, retry: "always" },
  /** The `apiKey` function failed or returned something that is not a key: nothing was sent. */
  no_credential: { maybeDelivered: false, retry: "always" },
  /** No connection came about. */
  never_sent: { maybeDelivered: false, retry: "always" },
  /** The connection was lost after it had come about. */
  lost: { maybeDelivered: true, retry: "if_harmless" },
  /** No complete answer in time. */
  timeout: { maybeDelivered: true, retry: "if_harmless" },
  /** 5xx, 408, or no status at all: it failed, at a point that is not known. */
  failed: { maybeDelivered: true, retry: "if_harmless" },
  /** Success by its status, but not by its body. */
  unexpected: { maybeDelivered: true, retry: "if_harmless" },
  /** 3xx or any other 4xx: it would be refused again. */
  refused: { maybeDelivered: false, retry: "never" },
  /** The caller gave up before the attempt was begun. */
  not_started: { maybeDelivered: false, retry: "never" },
  /** The caller gave up while the call was in flight. */
  aborted: { maybeDelivered: true, retry: "never" },
} as const satisfies Record<Failure["kind"], RetryRule>;
