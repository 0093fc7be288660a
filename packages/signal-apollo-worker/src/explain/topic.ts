import {
  defaultBlueprint,
  findNearMiss,
  REASON_OF_ERROR,
  REASONS,
  WARNINGS,
  type Explanation,
  type FailureReason,
} from "@datafly/signal-apollo-connector";
import type { FailureClass } from "@datafly/signal-connector-kit";

import { EXIT_CODE_EXPLANATIONS } from "../exit-code.js";
import { printable } from "../text/printable.js";
import { APOLLO } from "../apollo-connector.js";
import { reasonExplanations } from "../report/reason-explanations.js";
import { didYouMean } from "../report/unmapped-events.js";

/** Something that can be looked up. */
export interface Topic {
  /** What is typed: `missing_name`, `401`, `RateLimitError`. */
  readonly name: string;
  readonly kind: TopicKind;
  readonly explanation: Explanation;
}

/** What a topic can be, in the order of the list. */
export const TOPIC_KINDS = ["reason", "failure class", "warning", "exit code", "HTTP status", "error"] as const;

/** What a topic is. Events are not listed: a blueprint can have others. */
export type TopicKind = (typeof TOPIC_KINDS)[number] | "event";

const REASON_OF_STATUS = {
  400: "invalid_contact",
  401: "invalid_api_key",
  402: "payment_required",
  403: "permission_denied",
  404: "wrong_endpoint",
  408: "timed_out",
  422: "invalid_contact",
  429: "rate_limited",
  500: "server_error",
  502: "server_error",
  503: "server_error",
  504: "server_error",
} as const satisfies Record<number, FailureReason>;

/** The classes of failures, as dead letters and metrics name them. */
const FAILURE_CLASS_EXPLANATIONS: Readonly<Record<FailureClass, Explanation>> = {
  setup: {
    meaning: "a key, a plan, an address or a setting is wrong, for every event alike",
    whatToDo: "Fix it, then run the same command again. Delivery stops at the first one: no lead is at fault.",
  },
  throttle: {
    meaning: "the quota is used up for now",
    whatToDo: "No action is needed: calls wait until the quota is renewed.",
  },
  transient: {
    meaning: "a failure that may pass: no answer, a lost connection, a fault of the server",
    whatToDo:
      "No action is needed at first: the call is retried where that cannot make a second contact. What becomes a dead letter in the end can be replayed.",
  },
  final: {
    meaning: "this event cannot be delivered as it is",
    whatToDo: "Look at the dead letter, correct the event there or at its source, and replay it; or delete it.",
  },
  interrupted: {
    meaning: "the run itself ended the call, because it was stopped",
    whatToDo: "No action is needed: the next run resumes there.",
  },
};

const EVENT: Explanation = {
  meaning: "one of the events that become contacts by Signal's blueprint",
  whatToDo: "Nothing. The name counts as it is spelt; a blueprint of your own names its own events.",
};

/** All that can be looked up, each kind in the order of its table. */
export const TOPICS: readonly Topic[] = [
  ...topics("reason", reasonExplanations(APOLLO)),
  ...topics("failure class", FAILURE_CLASS_EXPLANATIONS),
  ...topics("warning", WARNINGS),
  ...topics("exit code", EXIT_CODE_EXPLANATIONS),
  ...topics("HTTP status", byReason(REASON_OF_STATUS)),
  ...topics("error", byReason(REASON_OF_ERROR)),
];

/** Explains an event by Signal's blueprint: that it is mapped, or why it is not; `undefined` if it is not like one of them. */
export function eventTopic(name: string): Topic | undefined {
  if ((defaultBlueprint.events as readonly string[]).includes(name)) return { name, kind: "event", explanation: EVENT };
  const miss = findNearMiss({ type: "track", event: name });
  if (miss === undefined) return undefined;
  const { meaning, whatToDo } = APOLLO.drops.event_not_mapped;
  return {
    name: printable(name),
    kind: "event",
    explanation: { meaning: `${meaning}${didYouMean(miss)}`, whatToDo },
  };
}

function topics(kind: TopicKind, explanations: Readonly<Record<string, Explanation>>): Topic[] {
  return Object.entries(explanations).map(([name, explanation]) => ({ name, kind, explanation }));
}

/** What stands for a reason means what the reason means. */
function byReason(reasons: Readonly<Record<string, FailureReason>>): Record<string, Explanation> {
  return Object.fromEntries(
    Object.entries(reasons).map(([name, reason]) => {
      const { meaning, whatToDo } = REASONS[reason];
      return [name, { meaning: `${meaning} (${reason})`, whatToDo }];
    }),
  );
}
