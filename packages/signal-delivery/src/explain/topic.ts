import type { Explanation, FailureClass, Planner } from "@datafly/signal-connector-kit";

import { defaultPlanner } from "../default-planner.js";
import { exitCodeExplanations } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { printable } from "../text/printable.js";
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

/** All that can be looked up, each kind in the order of its table. */
export function topicsOf({ definition, program }: CommandIo): readonly Topic[] {
  const { vendor, words = {} } = definition;
  const reasons = reasonExplanations(vendor);
  /** What stands for a reason means what the reason means. */
  const byReason = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).flatMap(([name, reason]): [string, Explanation][] => {
      const explanation = reasons[reason];
      if (explanation === undefined) return [];
      return [[name, { ...explanation, meaning: `${explanation.meaning} (${reason})` }]];
    });
  return [
    ...topics("reason", Object.entries(reasons)),
    ...topics("failure class", Object.entries(FAILURE_CLASS_EXPLANATIONS)),
    ...topics("warning", Object.entries(vendor.warnings)),
    ...topics("exit code", Object.entries(exitCodeExplanations(program))),
    ...topics("HTTP status", byReason(words.statuses ?? {})),
    ...topics("error", byReason(words.errors?.reasons ?? {})),
  ];
}

/** Explains an event by Signal's blueprint: that it is mapped, or why it is not; `undefined` if it is not like one of them. */
export function eventTopic(name: string, { definition }: CommandIo): Topic | undefined {
  const planner: Planner = defaultPlanner(definition);
  const { drops, record } = planner.vendor;
  if (planner.events.includes(name)) {
    const meaning = `one of the events that become ${record}s by Signal's blueprint`;
    const whatToDo = "Nothing. The name counts as it is spelt; a blueprint of your own names its own events.";
    return { name, kind: "event", explanation: { meaning, whatToDo } };
  }
  const miss = planner.nearMiss?.({ type: "track", event: name });
  if (miss === undefined) return undefined;
  const { meaning, whatToDo } = drops.event_not_mapped;
  return {
    name: printable(name),
    kind: "event",
    explanation: { meaning: `${meaning}${didYouMean(miss)}`, whatToDo },
  };
}

function topics(kind: TopicKind, explanations: readonly (readonly [string, Explanation])[]): Topic[] {
  return explanations.map(([name, explanation]) => ({ name, kind, explanation }));
}
