import type { Colors } from "./color.js";

import type { SettledEvent } from "../stream/settled-event.js";
import { failureText } from "./failure-text.js";
import { printable, printableJson } from "./printable.js";
import { REASON_TEXTS } from "./reason-texts.js";

/** One settled event as a JSON object in one line. No personal data. */
export function deliverJson({ position, messageId, event, outcome, attempts }: SettledEvent): string {
  const { status } = outcome;
  const id = { position, messageId, event, status };
  switch (status) {
    case "delivered": {
      const { contactId, matched, httpStatus } = outcome;
      return printableJson({ ...id, contactId, matched, httpStatus, attempts });
    }
    case "failed": {
      const httpStatus = outcome.reason === "maybe_delivered" ? undefined : outcome.error.status;
      return printableJson({ ...id, reason: outcome.reason, httpStatus, attempts });
    }
    case "dropped":
    case "rejected":
      return printableJson({ ...id, reason: outcome.reason, attempts });
  }
}

/** One settled event as a line for a person. */
export function deliverLine({ position, event, outcome }: SettledEvent, colors: Colors): string {
  const columns = [String(position).padStart(6), printable(event ?? "-").padEnd(16), outcome.status.padEnd(9)] as const;
  const [, name, status] = columns;
  switch (outcome.status) {
    case "delivered": {
      const { contactId, matched, warnings } = outcome;
      const how = matched === undefined ? "contact" : matched ? "updated contact" : "new contact";
      const left = warnings.map(({ message }) => colors.yellow(`\n        ! ${printable(message)}`)).join("");
      return `${columns[0]}  ${name}  ${colors.green(status)}  ${how} ${printable(contactId)}${left}`;
    }
    case "dropped":
      return colors.dim(`${columns[0]}  ${name}  ${status}  ${outcome.reason}: ${REASON_TEXTS[outcome.reason]}`);
    case "rejected": {
      const issues = outcome.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
      return `${columns[0]}  ${name}  ${colors.red(status)}  ${outcome.reason}: ${printable(issues)}`;
    }
    case "failed": {
      const why = outcome.reason === "maybe_delivered" ? REASON_TEXTS[outcome.reason] : failureText(outcome.error);
      return `${columns[0]}  ${name}  ${colors.red(status)}  ${outcome.reason}: ${printable(why)}`;
    }
  }
}
