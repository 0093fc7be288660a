import type { RateLimit } from "@datafly/apollo-client";
import type { FailureClass, FailureReason } from "@datafly/signal-apollo-connector";

import type { DeliveryResult } from "../stream/delivery-result.js";

/** Why an event was not delivered. Taken from the outcomes themselves, so that a new reason cannot be forgotten here. */
export type SettledReason<Status extends SettledOutcome["status"] = SettledOutcome["status"]> = Extract<
  SettledOutcome,
  { readonly status: Status; readonly reason: string }
>["reason"];

type SettledOutcome = DeliveryResult["outcome"];

/** What came of a call. */
export type CallResult = "delivered" | FailureReason;

/** Whether a stored contact was updated; `unknown` where Apollo did not say. */
export const MATCHED = { true: true, false: true, unknown: true } as const;

/** Why events are dropped. */
export const DROPPED = {
  event_not_mapped: true,
  consent_denied: true,
  consent_missing: true,
  consent_revoked: true,
} as const satisfies Record<SettledReason<"dropped">, true>;

/** Why events are rejected. */
export const REJECTED = {
  invalid_json: true,
  invalid_event: true,
  missing_name: true,
  ended_runs: true,
} as const satisfies Record<SettledReason<"rejected">, true>;

interface FailedLabels {
  /** The classes with which an event can become a dead letter for this reason. None where the line stops or waits instead. */
  readonly classes: readonly FailureClass[];
  /** Whether a call that failed for this reason may be made again. */
  readonly repeated: boolean;
}

const STOPS: FailedLabels = { classes: [], repeated: false };
const GIVEN_UP: FailedLabels = { classes: ["final"], repeated: false };
/** Final where the call may have been carried out and a repeat could make a second contact. */
const REPEATED: FailedLabels = { classes: ["transient", "final"], repeated: true };

const CALL_FAILED: Readonly<Record<FailureReason, FailedLabels>> = {
  invalid_api_key: STOPS,
  payment_required: STOPS,
  permission_denied: STOPS,
  wrong_endpoint: STOPS,
  redirected: STOPS,
  rate_limited: { classes: [], repeated: true },
  server_error: REPEATED,
  connection_failed: REPEATED,
  timed_out: REPEATED,
  unexpected_response: REPEATED,
  invalid_contact: GIVEN_UP,
  request_refused: GIVEN_UP,
  aborted: GIVEN_UP,
};

/** Why calls and events fail, and which series that can lead to: one that can never move would only mislead. */
export const FAILED: Readonly<Record<SettledReason<"failed">, FailedLabels>> = {
  ...CALL_FAILED,
  maybe_delivered: GIVEN_UP,
};

/** The classes of failures; `unknown` where none was told. */
export const CLASSES = {
  setup: true,
  throttle: true,
  transient: true,
  final: true,
  interrupted: true,
  unknown: true,
} as const satisfies Record<FailureClass | "unknown", true>;

/** What calls come to. */
export const CALL_RESULTS: Readonly<Record<CallResult, unknown>> = { delivered: true, ...CALL_FAILED };

/** The quota windows. */
export const WINDOWS = ["minute", "hour", "day"] as const satisfies readonly (keyof RateLimit)[];

/** The values of a label, in the order in which they are written. */
export function valuesOf<Value extends string>(labels: Readonly<Record<Value, unknown>>): Value[] {
  return Object.keys(labels) as Value[];
}

/**
 * A label's value, if it is one of those that are known. Each new value is a new series that a metrics server keeps, so
 * whatever slips past the types is counted under one name.
 */
export function closed<Value extends string>(labels: Readonly<Record<Value, unknown>>, value: Value): Value | "other" {
  return Object.hasOwn(labels, value) ? value : "other";
}
