import {
  FAILURE_CLASSES,
  REASON_OF_ERROR,
  WARNINGS,
  type Explanation,
  type FailureClass,
} from "@datafly/signal-apollo-connector";

import { exitCodeExplanations } from "../../../packages/signal-delivery/src/exit-code.js";
import { APOLLO } from "../../../packages/signal-apollo-worker/src/apollo-connector.js";
import { SIGNAL_APOLLO } from "../../../packages/signal-apollo-worker/src/main.js";
import { reasonExplanations } from "../../../packages/signal-delivery/src/report/reason-explanations.js";
import { table } from "./table.js";

/** The state of an event that each reason belongs to. */
const STATUS_OF_REASON = {
  event_not_mapped: "dropped",
  consent_denied: "dropped",
  consent_missing: "dropped",
  consent_revoked: "dropped",
  invalid_json: "rejected",
  invalid_event: "rejected",
  missing_name: "rejected",
  ended_runs: "rejected",
  invalid_api_key: "failed",
  permission_denied: "failed",
  lists_permission_denied: "failed",
  payment_required: "failed",
  wrong_endpoint: "failed",
  redirected: "failed",
  rate_limited: "failed",
  invalid_contact: "failed",
  lists_refused: "failed",
  request_refused: "failed",
  server_error: "failed",
  connection_failed: "failed",
  timed_out: "failed",
  unexpected_response: "failed",
  aborted: "failed",
  maybe_delivered: "failed",
  unfinished: "failed",
} as const satisfies Readonly<Record<string, "dropped" | "rejected" | "failed">>;

type Reason = keyof typeof STATUS_OF_REASON;

/** What the worker does about a failure of each class. */
const CONSEQUENCES: Readonly<Record<FailureClass, string>> = {
  setup: "delivery stops, and the event waits for the fix: it does not become a dead letter.",
  throttle: "all calls wait as long as Apollo asks, and the event is retried. This costs it no attempt.",
  transient:
    "the event is retried if that is safe, and becomes a dead letter after its last attempt. Attempts in an outage do not count.",
  final: "the event becomes a dead letter.",
  interrupted: "the run is ending, and the event is left for the next run.",
};

/** The reasons of one state of an event (`dropped`, `rejected`, `failed`), each under a heading of its own. */
export function reasons(status: string): string {
  return (Object.keys(STATUS_OF_REASON) as Reason[])
    .filter((reason) => STATUS_OF_REASON[reason] === status)
    .flatMap((reason) => [
      `### ${reason}`,
      explain(explanationOf(reason)),
      ...(status === "failed" ? [consequenceOf(reason)] : []),
    ])
    .join("\n\n");
}

/** The warnings, each under a heading of its own. */
export function warnings(): string {
  return Object.entries(WARNINGS)
    .flatMap(([warning, { meaning, whatToDo }]) => [`### ${warning}`, `**… ${meaning}.** ${whatToDo}`])
    .join("\n\n");
}

/** The exit codes of the command line. */
export function exitCodes(): string {
  return table(
    ["exit code", "meaning", "what to do"],
    Object.entries(exitCodeExplanations(SIGNAL_APOLLO)).map(([exitCode, { meaning, whatToDo }]) => [
      exitCode,
      meaning,
      whatToDo,
    ]),
  );
}

function explanationOf(reason: Reason): Explanation {
  const explanation = reasonExplanations(APOLLO)[reason];
  if (explanation === undefined) throw new Error(`${reason} is not explained.`);
  return explanation;
}

function explain({ meaning, whatToDo }: Explanation): string {
  return `**${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.** ${whatToDo}`;
}

function consequenceOf(reason: Reason): string {
  if (reason === "unfinished") return "The event becomes a dead letter. Only where no journal is kept.";
  if (!isFailureReason(reason)) return "The next run makes a dead letter of the event.";
  const failureClass = FAILURE_CLASSES[reason];
  const errors = Object.entries(REASON_OF_ERROR)
    .filter(([, of]) => of === reason)
    .map(([error]) => `[${error}](#${error.toLowerCase()})`);
  const from = errors.length > 0 ? ` Client error: ${errors.join(", ")}.` : "";
  return `Class \`${failureClass}\`: ${CONSEQUENCES[failureClass]}${from}`;
}

function isFailureReason(reason: Reason): reason is keyof typeof FAILURE_CLASSES {
  return reason in FAILURE_CLASSES;
}
