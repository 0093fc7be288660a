import { FAILURE_CLASSES, type Outcome } from "@datafly/signal-apollo-connector";

/**
 * The answer to Signal. It decides whether the event comes again: 2xx says that it is settled here, anything else asks for it
 * later. (That is how webhooks are usually repeated; Signal's public pages do not say which statuses it repeats, or how often.)
 */
export interface Answer {
  readonly status: 200 | 202 | 429 | 503;
  /** How long Signal is asked to wait. */
  readonly retryAfterSeconds?: number;
  /** Whether nobody will send the event again, so that it is to be kept here before the answer goes out. */
  readonly keep?: true;
}

/** The answer that stands for an outcome. Deduplication must be on: an event that comes again updates the same contact. */
export function answerTo(outcome: Outcome): Answer {
  switch (outcome.status) {
    case "delivered":
    case "dropped": // by design: it would be dropped again
      return { status: 200 };
    case "rejected": // it cannot become a contact, however often it comes
      return { status: 202, keep: true };
    case "failed":
      switch (FAILURE_CLASSES[outcome.reason]) {
        case "final":
          return { status: 202, keep: true };
        case "throttle":
          return { status: 429, retryAfterSeconds: Math.ceil((outcome.error.retryAfterMs ?? 60_000) / 1000) };
        case "transient":
        case "interrupted":
          return { status: 503, retryAfterSeconds: 30 };
        case "setup": // not the lead's fault: ask for it again until somebody has put the settings right
          return { status: 503, retryAfterSeconds: 300 };
      }
  }
}
