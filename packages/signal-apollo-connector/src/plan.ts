import type { CreateContactRequest } from "@datafly/apollo-client";
import {
  deepFreeze,
  eventIssues,
  isSignalEvent,
  readConsent,
  type Consent,
  type DropDecision,
} from "@datafly/signal-connector-kit";

import { REQUIRED_FIELDS, type RequiredField } from "./contact-fields.js";
import { mapContact, type MappedContact } from "./contact-mapping.js";
import type { Decision } from "./decision.js";
import type { MappedField } from "./mapped-field.js";
import { missingNameIssue } from "./missing-name.js";
import { compileSettings, type CompiledSettings, type PlanSettings } from "./settings.js";
import { warningOf, type Warning } from "./warning.js";

/** Shared by all events, so frozen. */
const DROPS = deepFreeze({
  not_mapped: { action: "drop", reason: "event_not_mapped" },
  denied: { action: "drop", reason: "consent_denied" },
  missing: { action: "drop", reason: "consent_missing" },
} as const satisfies Record<Exclude<Consent, "granted"> | "not_mapped", DropDecision>);

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
  return plan(event, settings);
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
  const mapping: MappedField[] = [];
  const decision = plan(event, settings, mapping);
  if (decision.action === "reject" && decision.reason === "invalid_event") return [];
  if (decision.action === "deliver" && Object.hasOwn(decision.contact, "run_dedupe")) {
    mapping.push({ field: "run_dedupe", found: true, sent: true });
  }
  return mapping;
}

/** @param mapping is told of each value, where somebody wants to know */
function plan(event: unknown, settings: PlanSettings, mapping?: MappedField[]): Decision {
  const compiled = compileSettings(settings);
  try {
    return decide(event, compiled, mapping);
  } catch {
    // Nothing that JSON can hold gets here: only objects with getters or proxies that throw.
    return { action: "reject", reason: "invalid_event", issues: [{ path: "", message: "The event cannot be read" }] };
  }
}

function decide(event: unknown, settings: CompiledSettings, mapping: MappedField[] | undefined): Decision {
  const { blueprint } = settings;
  if (!isSignalEvent(event)) {
    return { action: "reject", reason: "invalid_event", issues: eventIssues(event) };
  }

  const { type, event: name } = event;
  if (type !== "track" || typeof name !== "string" || !blueprint.events.has(name)) return DROPS.not_mapped;

  const consent = readConsent(event, blueprint.consent);
  if (consent !== "granted") return DROPS[consent];

  const warnings: Warning[] = [];
  const contact = mapContact(event, name, settings, (field, { raw, path, normalised: { warning: code } }, sent) => {
    const warning = code && warningOf(code, field, path ?? "blueprint");
    if (warning !== undefined) warnings.push(warning);
    mapping?.push({
      field,
      ...(path !== undefined && { source: path }),
      found: raw,
      ...(sent !== undefined && { sent }),
      ...(warning !== undefined && { warning }),
    });
  });
  if (isComplete(contact)) return { action: "deliver", contact, warnings };
  const missing = REQUIRED_FIELDS.filter((field) => !Object.hasOwn(contact, field));
  const sourceOf = (field: RequiredField) => blueprint.fields.find(([name]) => name === field)?.[1] ?? [];
  const issues = missing.map((field) => missingNameIssue(event, field, sourceOf(field), warnings));
  return { action: "reject", reason: "missing_name", issues };
}

function isComplete(contact: MappedContact): contact is MappedContact & CreateContactRequest {
  return REQUIRED_FIELDS.every((field) => Object.hasOwn(contact, field));
}
