import type { Vendor } from "@datafly/signal-connector-kit";

import { MAYBE_DELIVERED, type DeliveryResult } from "../stream/delivery-result.js";
import type { Colors } from "./color.js";
import { issuesText } from "../text/issues-text.js";
import { printable, printableJson } from "../text/printable.js";
import { reasonExplanations } from "./reason-explanations.js";
import { fitted, table } from "./table.js";

/** Gives the address of the page of a record, by its id. */
export type RecordLink = (recordId: string) => string;

/** One settled event as a JSON object in one line. No personal data. */
export function resultJson(result: DeliveryResult, { record }: Vendor): string {
  const { topic, partition, position, messageId, event, outcome, attempts } = result;
  const { status } = outcome;
  const id = { topic, partition, position, messageId, event, status };
  switch (status) {
    case "delivered": {
      const { recordId, matched, httpStatus } = outcome;
      return printableJson({ ...id, [`${record}Id`]: recordId, matched, httpStatus, attempts });
    }
    case "failed":
      return printableJson({ ...id, reason: outcome.reason, httpStatus: outcome.httpStatus, attempts });
    case "dropped":
    case "rejected":
      return printableJson({ ...id, reason: outcome.reason, attempts });
  }
}

/**
 * One settled event as a line for a person.
 *
 * @param columns of the terminal, to which the line is fitted; without them nothing is cut
 * @param link gives the page of a record, which the line shows in place of its id if there is room
 */
export function resultLine(
  event: DeliveryResult,
  vendor: Vendor,
  colors: Colors,
  columns?: number,
  link?: RecordLink,
): string {
  const { status } = event.outcome;
  const paint = PAINTS[status](colors);
  const paintLine = status === "dropped" ? colors.dim : String;
  const place = event.partition === undefined ? "" : `${event.partition}:`;
  const position = `${place}${event.position}`.padStart(6);
  const name = printable(event.event ?? "-");
  const room = columns === undefined ? Number.POSITIVE_INFINITY : (fitted(columns, LINE).at(-1) ?? 0);
  const words = printable(wordsOf(event, vendor, room, link));
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

function wordsOf({ outcome }: DeliveryResult, vendor: Vendor, room: number, link: RecordLink | undefined): string {
  const meaningOf = (reason: string) => reasonExplanations(vendor)[reason]?.meaning ?? "";
  switch (outcome.status) {
    case "delivered": {
      const { recordId, matched, httpStatus } = outcome;
      const record = `${httpStatus} ${matched === undefined ? vendor.record : matched ? "updated" : "created"}`;
      if (recordId === undefined) return `${record} (no valid id in the answer)`;
      const linked = link && `${record} ${link(recordId)}`;
      return linked !== undefined && linked.length <= room ? linked : `${record} ${recordId}`;
    }
    case "dropped":
      return `${outcome.reason}: ${meaningOf(outcome.reason)}`;
    case "rejected":
      return `${outcome.reason}: ${issuesText(outcome.issues)}`;
    case "failed": {
      const { reason, message } = outcome;
      return `${reason}: ${reason === MAYBE_DELIVERED ? meaningOf(reason) : message}`;
    }
  }
}
