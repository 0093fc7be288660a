import type { Colors } from "./color.js";
import type { Decision } from "@datafly/signal-apollo-connector";

import type { EventId, UnreadableOutcome } from "../stream/settled-event.js";
import { printable, printableJson } from "./printable.js";
import { REASON_TEXTS } from "./reason-texts.js";

/** What would be done with an event. */
export interface PreviewedEvent extends EventId {
  readonly position: number;
  readonly decision:
    | Decision
    | { readonly action: "reject"; readonly reason: "invalid_json"; readonly issues: UnreadableOutcome["issues"] };
}

/** One event as a JSON object in one line. */
export function previewJson({ position, messageId, event, decision }: PreviewedEvent): string {
  return printableJson({ position, messageId, event, warnings: [], ...decision });
}

/** One event as lines for a person: what would be sent, or why nothing would. */
export function previewLines({ position, event, decision }: PreviewedEvent, colors: Colors): string {
  const head = `${String(position).padStart(6)}  ${printable(event ?? "-").padEnd(16)}`;
  switch (decision.action) {
    case "deliver": {
      const fields = Object.entries(decision.contact).map(
        ([name, value]) =>
          `${" ".repeat(8)}${name.padEnd(20)}${printable(typeof value === "string" ? value : JSON.stringify(value))}`,
      );
      const warnings = decision.warnings.map(({ message }) => colors.yellow(`${" ".repeat(8)}! ${printable(message)}`));
      return [`${head}  ${colors.green("deliver")}`, ...fields, ...warnings].join("\n");
    }
    case "drop":
      return colors.dim(`${head}  drop     ${decision.reason}: ${REASON_TEXTS[decision.reason]}`);
    case "reject": {
      const issues = decision.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
      return `${head}  ${colors.red("reject")}   ${decision.reason}: ${printable(issues)}`;
    }
  }
}
