import {
  findNearMiss as nearMissOf,
  planEvent,
  traceEvent,
  type MappedField as MappedFieldOf,
  type NearMiss,
} from "@datafly/signal-connector-kit";

import type { Decision } from "./decision.js";
import { compileSettings, type PlanSettings } from "./settings.js";
import type { WarningCode } from "./warning.js";

/**
 * What became of one value on its way from an event to a contact. Its field is `email`, `label_names` (once for each label),
 * `typed_custom_fields.<id>`, or `run_dedupe`.
 */
export type MappedField = MappedFieldOf<WarningCode>;

/** One object, so that it is checked once. */
const DEFAULTS: PlanSettings = Object.freeze({});

/**
 * Decides what is to be done with an event: deliver it as a contact, drop it by design, or reject it.
 *
 * Pure: no I/O, no clock, no change to the event; the same event under the same settings always gives the same decision.
 * Never throws, whatever the *event* is.
 *
 * @param event anything; an event of Signal if all is well
 * @param settings the defaults if left out. Settings from outside go through {@link checkPlanSettings} first
 * @throws SettingsError if a setting or the blueprint is wrong, whatever the event is
 *
 * @example
 * ```ts
 * import { planDelivery } from "@datafly/signal-apollo-connector";
 *
 * const decision = planDelivery({
 *   type: "track",
 *   event: "Demo Requested",
 *   traits: { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" },
 *   context: { consent: { canonical: { marketing: true } } },
 * });
 * if (decision.action === "deliver") console.log(decision.contact);
 * ```
 */
export function planDelivery(event: unknown, settings: PlanSettings = DEFAULTS): Decision {
  const decision = planEvent(event, compileSettings(settings));
  if (decision.action !== "deliver") return decision;
  const { action, payload: contact, warnings } = decision;
  return { action, contact, warnings };
}

/**
 * Says how {@link planDelivery} comes to its contact: for each value where it stands in the event, how it stands there, and
 * what is sent of it, in the order of the blueprint. For reports and pages that put event and contact side by side.
 *
 * As pure as the plan itself.
 *
 * @returns an empty list for an event that is dropped, or is no event: nothing of it is looked at
 * @throws SettingsError if a setting or the blueprint is wrong, whatever the event is
 *
 * @example
 * ```ts
 * import { traceMapping } from "@datafly/signal-apollo-connector";
 *
 * const event = {
 *   type: "track",
 *   event: "Demo Requested",
 *   traits: { first_name: "Tim", last_name: "Zheng", email: " Tim@Apollo.IO " },
 *   context: { consent: { canonical: { marketing: true } } },
 * };
 * for (const { source, found, field, sent } of traceMapping(event)) console.log(source, found, "→", field, sent);
 * ```
 */
export function traceMapping(event: unknown, settings: PlanSettings = DEFAULTS): readonly MappedField[] {
  return traceEvent(event, compileSettings(settings));
}

/**
 * Finds out whether an event is dropped for the spelling of its name or type: `Demo_Requested` for `Demo Requested`, `Track` for
 * `track`. Pure, and never throws because of the event. For reports: an event is mapped by its exact name only.
 *
 * @returns `undefined` if the event is mapped, is not an event, or is not like one of the blueprint's
 * @throws SettingsError if a setting or the blueprint is wrong, whatever the event is
 *
 * @example
 * ```ts
 * import { findNearMiss } from "@datafly/signal-apollo-connector";
 *
 * const miss = findNearMiss({ type: "track", event: "demo requested" });
 * if (miss) console.log(`${miss.path} is ${miss.found}. Did you mean ${miss.meant}?`);
 * ```
 */
export function findNearMiss(event: unknown, settings: PlanSettings = DEFAULTS): NearMiss | undefined {
  return nearMissOf(event, compileSettings(settings).blueprint.events);
}
