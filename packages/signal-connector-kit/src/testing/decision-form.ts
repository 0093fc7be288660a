import type { Planner } from "../connector/connector.js";
import { DROP_REASONS, type Decision } from "../decision/decision.js";
import { isObject } from "../object/is-object.js";
import { ensure } from "./conformance-case.js";

/**
 * Checks that something is a decision, and names only what is in the vendor's tables.
 *
 * @throws ConformanceError
 */
export function ensureDecision<Payload>({ vendor }: Planner, decision: Decision<Payload>): void {
  ensure(
    isObject(decision) && ["deliver", "drop", "reject"].includes(decision.action),
    `plan returned ${kindOf(decision)} instead of a decision.`,
    "return { action: 'deliver' | 'drop' | 'reject', … }, and not a promise of it",
  );
  switch (decision.action) {
    case "deliver": {
      const { payload, person, warnings } = decision;
      ensure(payload !== undefined, "A decision to deliver has no payload.", "put what is sent into payload");
      ensure(
        typeof person === "string" && person !== "",
        "A decision to deliver has no person.",
        "set person to what identifies the person, an e-mail address say: the engine keeps each person's events in order",
      );
      ensureWarnings(vendor.warnings, warnings);
      return;
    }
    case "drop":
      ensure(
        DROP_REASONS.includes(decision.reason),
        `An event is dropped for ${JSON.stringify(decision.reason)}.`,
        `drop for one of ${DROP_REASONS.join(", ")}; reject an event that should become a record but cannot`,
      );
      ensure(
        Object.keys(decision).every((name) => name === "action" || name === "reason"),
        `A decision to drop holds more than its reason: ${Object.keys(decision).join(", ")}.`,
        "keep nothing of an event that is dropped",
      );
      return;
    case "reject": {
      const { reason, issues } = decision;
      ensure(
        Object.hasOwn(vendor.rejections, reason),
        `An event is rejected for ${JSON.stringify(reason)}, which vendor.rejections does not explain.`,
        "add the reason to vendor.rejections, with its meaning and what to do",
      );
      ensure(
        Array.isArray(issues) &&
          issues.every(({ path, message }) => typeof path === "string" && typeof message === "string"),
        "A decision to reject has no list of issues.",
        "say in issues what is wrong and where: { path, message }",
      );
    }
  }
}

/** @throws ConformanceError */
export function ensureWarnings(known: Readonly<Record<string, unknown>>, warnings: unknown): void {
  ensure(Array.isArray(warnings), "There is no list of warnings.", "return warnings: [] if nothing was omitted");
  for (const warning of warnings as readonly unknown[]) {
    const { code, field, message } = isObject(warning) ? (warning as Partial<Record<string, unknown>>) : {};
    ensure(
      typeof code === "string" && typeof field === "string" && typeof message === "string",
      "A warning lacks its code, field or message.",
      "give every warning { code, field, message }",
    );
    ensure(
      Object.hasOwn(known, code),
      `There is a warning ${JSON.stringify(code)}, which vendor.warnings does not explain.`,
      "add the code to vendor.warnings, with its meaning and what to do",
    );
  }
}

function kindOf(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return isObject(value) ? `an object with ${Object.keys(value).join(", ")}` : String(value);
}
