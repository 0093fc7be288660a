import {
  checkPlanSettings,
  consentEvidence,
  defaultBlueprint,
  findNearMiss,
  planDelivery,
  REASONS,
  SettingsError,
  traceMapping,
  type ConsentPurpose,
  type Decision,
  type Issue,
  type MappedField,
  type NearMiss,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";

import { parseCommentedJson, parseJson, type JsonError } from "./parsed-json.js";
import type { PlaygroundState } from "./state.js";

/** What comes of a state. */
export type Result = WrongEvent | WrongSettings | Decided;

/** The event is not JSON. */
export interface WrongEvent {
  readonly kind: "wrong_event";
  readonly error: JsonError;
}

/** The blueprint is not JSON, or not a blueprint. */
export interface WrongSettings {
  readonly kind: "wrong_settings";
  readonly issues: readonly Issue[];
}

/** What the connector decides. */
export interface Decided {
  readonly kind: "decided";
  readonly decision: Decision;
  /** Empty where the event is not looked at. */
  readonly mapping: readonly MappedField[];
  /** What the event says of the consent that it takes, and where. */
  readonly evidence: string;
  /** What is almost mapped in an event that is dropped. */
  readonly nearMiss: NearMiss | undefined;
}

/** Asks the connector what it would do. */
export function resultOf(state: PlaygroundState): Result {
  const { settings, issues } = readSettings(state);
  if (issues) return { kind: "wrong_settings", issues };
  const { value: event, error } = parseJson(state.event);
  if (error) return { kind: "wrong_event", error };
  return {
    kind: "decided",
    decision: planDelivery(event, settings),
    mapping: traceMapping(event, settings),
    evidence: consentEvidence(event, purposeOf(settings)),
    nearMiss: findNearMiss(event, settings),
  };
}

/** A result in one line. */
export function headline(result: Result): string {
  if (result.kind === "wrong_event") return "No decision yet: the event is not JSON";
  if (result.kind === "wrong_settings") return "No decision yet: the blueprint is wrong";
  const { decision, nearMiss } = result;
  switch (decision.action) {
    case "drop":
      return `Would be dropped: ${REASONS[decision.reason].meaning}${didYouMean(nearMiss)}`;
    case "reject":
      return `Would be rejected: ${REASONS[decision.reason].meaning}`;
    case "deliver": {
      const { length } = decision.warnings;
      if (length === 0) return "Would be delivered to Apollo as a contact";
      return `Would be delivered to Apollo as a contact, with ${length === 1 ? "a warning" : `${length} warnings`}`;
    }
  }
}

function didYouMean(miss: NearMiss | undefined): string {
  if (miss === undefined) return "";
  return `. Did you mean ${miss.path === "type" ? "the type " : ""}“${miss.meant}”?`;
}

/** The consent without which nothing is delivered. That of the default where the settings are wrong. */
export function consentPurpose(state: PlaygroundState): ConsentPurpose {
  return purposeOf(readSettings(state).settings ?? {});
}

function purposeOf({ blueprint = defaultBlueprint }: PlanSettings): ConsentPurpose {
  return blueprint.consent;
}

type ReadSettings =
  | { readonly settings: PlanSettings; readonly issues?: never }
  | { readonly settings?: never; readonly issues: readonly Issue[] };

function readSettings({ deduplicate, defaultCountry, blueprint }: PlaygroundState): ReadSettings {
  const { value, error } = blueprint === undefined ? {} : parseCommentedJson(blueprint);
  if (error) {
    const { line, column, message } = error;
    return { issues: [{ path: `line ${line}, column ${column}`, message }] };
  }
  try {
    return {
      settings: checkPlanSettings({
        deduplicate,
        ...(defaultCountry !== "" && { defaultCountry }),
        ...(blueprint !== undefined && { blueprint: value }),
      }),
    };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { issues: error.issues };
  }
}
