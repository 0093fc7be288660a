import { compileBlueprint, type CompiledBlueprint } from "./compiled-blueprint.js";
import { readConsent, type Consent } from "./consent.js";
import { REQUIRED_FIELDS, type ContactField } from "./contact-fields.js";
import { mapContact } from "./contact-mapping.js";
import type { Decision, DropDecision } from "./decision.js";
import { defaultBlueprint } from "./default-blueprint.js";
import { signalEventSchema } from "./event.js";
import { issuesOf } from "./issue.js";
import type { MappedField } from "./mapped-field.js";
import { SettingsError } from "./settings-error.js";
import type { PlanSettings } from "./settings.js";

const DROPS = {
  not_mapped: { action: "drop", reason: "event_not_mapped" },
  denied: { action: "drop", reason: "consent_denied" },
  missing: { action: "drop", reason: "consent_missing" },
} as const satisfies Record<Exclude<Consent, "granted"> | "not_mapped", DropDecision>;

/**
 * Decides what is to be done with an event: deliver it as a contact, drop it by design, or reject it.
 *
 * Pure: no I/O, no clock, no change to the event; the same event under the same settings always gives the same decision.
 * Never throws, whatever the *event* is.
 *
 * @param event anything; an event of Signal if all is well
 * @param settings the defaults if left out. Settings from outside go through {@link checkPlanSettings} first
 * @throws SettingsError if the blueprint is wrong, whatever the event is
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
export function planDelivery(event: unknown, settings: PlanSettings = {}): Decision {
  return plan(event, settings).decision;
}

/**
 * Says how {@link planDelivery} comes to its contact: for each value where it stands in the event, how it stands there, and
 * what is sent of it, in the order of the blueprint. For reports and pages that put event and contact side by side.
 *
 * As pure as the plan itself.
 *
 * @returns nothing for an event that is dropped, or is no event: nothing of it is looked at
 * @throws SettingsError if the blueprint is wrong, whatever the event is
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
export function traceMapping(event: unknown, settings: PlanSettings = {}): readonly MappedField[] {
  return plan(event, settings).mapping ?? [];
}

/** A decision, and how it came to its contact. */
interface Plan {
  readonly decision: Decision;
  readonly mapping?: readonly MappedField[];
}

function plan(event: unknown, settings: PlanSettings): Plan {
  if ((settings as unknown) === null) throw new SettingsError([{ path: "", message: "Expected settings" }]);
  const { blueprint: source = defaultBlueprint } = settings;
  const blueprint = compileBlueprint(source);
  try {
    return decide(event, blueprint, settings);
  } catch {
    // Nothing that JSON can hold gets here: only objects with getters or proxies that throw.
    const issues = [{ path: "", message: "The event cannot be read" }];
    return { decision: { action: "reject", reason: "invalid_event", issues } };
  }
}

function decide(event: unknown, blueprint: CompiledBlueprint, settings: PlanSettings): Plan {
  const parsed = signalEventSchema.safeParse(event);
  if (!parsed.success) {
    return { decision: { action: "reject", reason: "invalid_event", issues: issuesOf(parsed.error) } };
  }

  const { type, event: name } = parsed.data;
  if (type !== "track" || typeof name !== "string" || !blueprint.events.has(name))
    return { decision: DROPS.not_mapped };

  const consent = readConsent(event, blueprint.consent);
  if (consent !== "granted") return { decision: DROPS[consent] };

  const { contact, mapping } = mapContact(event, name, blueprint, settings);
  const missing = REQUIRED_FIELDS.filter((field) => contact[field] === undefined);
  if (missing.length > 0) {
    const issues = missing.map((field) => ({
      path: pathOf(field, blueprint),
      message: "missing, blank, or without any letter",
    }));
    return { decision: { action: "reject", reason: "missing_name", issues }, mapping };
  }
  const warnings = mapping.flatMap(({ warning }) => (warning === undefined ? [] : [warning]));
  return { decision: { action: "deliver", contact, warnings }, mapping };
}

function pathOf(field: ContactField, blueprint: CompiledBlueprint): string {
  const source = blueprint.fields.find(([name]) => name === field)?.[1];
  return source?.kind === "places" ? source.places.map(({ path }) => path).join(" | ") : "";
}
