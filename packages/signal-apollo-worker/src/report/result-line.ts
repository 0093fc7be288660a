import type { DeliveryResult } from "../stream/delivery-result.js";
import type { Colors } from "./color.js";
import type { ContactLink } from "./contact-link.js";
import { failureText } from "./failure-text.js";
import { issuesText } from "../text/issues-text.js";
import { printable, printableJson } from "../text/printable.js";
import { REASON_EXPLANATIONS } from "./reason-explanations.js";
import { fitted, table } from "./table.js";

/** One settled event as a JSON object in one line. No personal data. */
export function resultJson({
  topic,
  partition,
  position,
  messageId,
  event,
  outcome,
  attempts,
}: DeliveryResult): string {
  const { status } = outcome;
  const id = { topic, partition, position, messageId, event, status };
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

/**
 * One settled event as a line for a person.
 *
 * @param columns of the terminal, to which the line is fitted; without them nothing is cut
 * @param link gives the page of a contact, which the line shows in place of its id if there is room
 */
export function resultLine(event: DeliveryResult, colors: Colors, columns?: number, link?: ContactLink): string {
  const { status } = event.outcome;
  const paint = PAINTS[status](colors);
  const paintLine = status === "dropped" ? colors.dim : String;
  const place = event.partition === undefined ? "" : `${event.partition}:`;
  const position = `${place}${event.position}`.padStart(6);
  const name = printable(event.event ?? "-");
  const room = columns === undefined ? Number.POSITIVE_INFINITY : (fitted(columns, LINE).at(-1) ?? 0);
  const words = printable(wordsOf(event, room, link));
  const warnings = event.outcome.status === "delivered" ? event.outcome.warnings : [];
  const notes = warnings.map(({ message }) => `! ${printable(message)}`);
  if (columns === undefined) {
    const line = [position, name.padEnd(16), paint(status.padEnd(9)), words].join("  ");
    return [paintLine(line), ...notes.map((note) => colors.yellow(`${INDENT}${note}`))].join("\n");
  }
  const lines = [
    paintLine(table([[position, name, paint(status), words]], fitted(columns, LINE))),
    ...notes.map((note) => table([["", colors.yellow(note)]], fitted(columns, NOTE))),
  ];
  return lines.join("\n");
}

const INDENT = " ".repeat(8);
/** Position, event, status, and the rest in words. */
const LINE = [6, 16, 9, undefined];
const NOTE = [6, undefined];

const PAINTS: Readonly<Record<DeliveryResult["outcome"]["status"], (colors: Colors) => (text: string) => string>> = {
  delivered: ({ green }) => green,
  dropped: () => String,
  rejected: ({ red }) => red,
  failed: ({ red }) => red,
};

function wordsOf({ outcome }: DeliveryResult, room: number, link: ContactLink | undefined): string {
  switch (outcome.status) {
    case "delivered": {
      const { contactId, matched, httpStatus } = outcome;
      const contact = `${httpStatus} ${matched === undefined ? "contact" : matched ? "updated" : "created"}`;
      if (contactId === undefined) return `${contact} (no valid id in the answer)`;
      const linked = link && `${contact} ${link(contactId)}`;
      return linked !== undefined && linked.length <= room ? linked : `${contact} ${contactId}`;
    }
    case "dropped":
      return `${outcome.reason}: ${REASON_EXPLANATIONS[outcome.reason].meaning}`;
    case "rejected":
      return `${outcome.reason}: ${issuesText(outcome.issues)}`;
    case "failed": {
      const { reason } = outcome;
      return `${reason}: ${reason === "maybe_delivered" ? REASON_EXPLANATIONS[reason].meaning : failureText(outcome.error)}`;
    }
  }
}
