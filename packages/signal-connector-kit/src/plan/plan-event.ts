import type { RecordDefinition, RecordOf, RejectReasonOf } from "../blueprint/record-definition.js";
import { readConsent, type Consent } from "../consent/consent.js";
import type { DeliverDecision, DropDecision, RejectDecision } from "../decision/decision.js";
import type { MappedField } from "../decision/mapped-field.js";
import type { Warning } from "../decision/warning.js";
import { eventIssues, isSignalEvent } from "../event/event.js";
import { deepFreeze } from "../object/deep-freeze.js";
import type { CompiledPlan } from "./compiled-plan.js";
import { missingFieldIssue } from "./missing-field.js";
import { mapRecord } from "./record-mapping.js";
import { warningOf } from "./warning-of.js";

/** What is to be done with an event, by the types of a record's definition. Whom it is about is not in it yet. */
export type DecisionOf<D extends RecordDefinition> =
  | Omit<DeliverDecision<RecordOf<D>, keyof D["warnings"] & string>, "person">
  | DropDecision
  | RejectDecision<RejectReasonOf<D>>;

/** Shared by all events, so frozen. */
const DROPS = /* @__PURE__ */ deepFreeze({
  not_mapped: { action: "drop", reason: "event_not_mapped" },
  denied: { action: "drop", reason: "consent_denied" },
  missing: { action: "drop", reason: "consent_missing" },
} as const satisfies Record<Exclude<Consent, "granted"> | "not_mapped", DropDecision>);

/**
 * Decides what is to be done with an event: first whether it is mapped, then the consent, then what it becomes. Nothing of a person is
 * looked at without consent.
 *
 * Pure: no I/O, no clock, no change to the event; the same event always gives the same decision. Never throws, whatever the event is.
 */
export function planEvent<D extends RecordDefinition>(event: unknown, plan: CompiledPlan<D>): DecisionOf<D> {
  return decide(event, plan, undefined);
}

/**
 * Says how {@link planEvent} comes to its record: for each value where it is in the event, what is there, and what is sent of it, in the
 * order of the blueprint. As pure as the plan.
 *
 * @returns an empty list for an event that is dropped, or is not an event: nothing of it is looked at
 */
export function traceEvent<D extends RecordDefinition>(
  event: unknown,
  plan: CompiledPlan<D>,
): readonly MappedField<keyof D["warnings"] & string>[] {
  const mapping: MappedField<keyof D["warnings"] & string>[] = [];
  const decision = decide(event, plan, mapping);
  if (decision.action === "reject" && decision.reason === "invalid_event") return [];
  if (decision.action === "deliver") {
    for (const [field, value] of plan.constants) mapping.push({ field, isSetting: true, found: value, sent: value });
  }
  return mapping;
}

/** @param mapping is told of each value, where somebody wants to know */
function decide<D extends RecordDefinition>(
  event: unknown,
  plan: CompiledPlan<D>,
  mapping: MappedField<keyof D["warnings"] & string>[] | undefined,
): DecisionOf<D> {
  try {
    return decideReadable(event, plan, mapping) as DecisionOf<D>;
  } catch {
    // Nothing that JSON can hold gets here: only objects with getters or proxies that throw.
    return { action: "reject", reason: "invalid_event", issues: [{ path: "", message: "The event cannot be read" }] };
  }
}

function decideReadable(
  event: unknown,
  plan: CompiledPlan,
  mapping: MappedField[] | undefined,
): Omit<DeliverDecision<RecordOf<RecordDefinition>>, "person"> | DropDecision | RejectDecision {
  const { blueprint } = plan;
  if (!isSignalEvent(event)) {
    return { action: "reject", reason: "invalid_event", issues: eventIssues(event) };
  }

  const { type, event: name } = event;
  if (type !== "track" || typeof name !== "string" || !blueprint.events.has(name)) return DROPS.not_mapped;

  const consent = readConsent(event, blueprint.consent);
  if (consent !== "granted") return DROPS[consent];

  const warnings: Warning[] = [];
  const payload = mapRecord(event, name, plan, (field, { raw, path, normalised: { warning: code } }, sent) => {
    const warning = code === undefined ? undefined : warningOf(plan.warnings, code, field, path ?? "blueprint");
    if (warning !== undefined) warnings.push(warning);
    mapping?.push({
      field,
      ...(path !== undefined && { source: path }),
      found: raw,
      ...(sent !== undefined && { sent }),
      ...(warning !== undefined && { warning }),
    });
  });
  const missing = plan.required.filter(({ field }) => !Object.hasOwn(payload, field));
  const reason = missing[0]?.rule.required;
  if (reason !== undefined) {
    return { action: "reject", reason, issues: missing.map((one) => missingFieldIssue(event, one, warnings)) };
  }
  return { action: "deliver", payload: payload as RecordOf<RecordDefinition>, warnings };
}
