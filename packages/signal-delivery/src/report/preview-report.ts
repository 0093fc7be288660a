import type { Decision, MappedField, NearMiss, Remark, Vendor } from "@datafly/signal-connector-kit";

import type { EventId } from "../stream/delivery-result.js";
import type { Colors } from "./color.js";
import { issuesText } from "../text/issues-text.js";
import { printable, printableJson } from "../text/printable.js";
import { reasonExplanations } from "./reason-explanations.js";
import { fitted, table } from "./table.js";
import { didYouMean } from "./unmapped-events.js";

/** What would be done with an event. */
export interface PreviewedEvent extends EventId {
  readonly position: number;
  readonly decision: Decision<unknown>;
  readonly remark?: Remark | undefined;
  /** What is almost mapped in an event that is dropped. */
  readonly nearMiss?: NearMiss | undefined;
}

/** One event as a JSON object in one line. */
export function previewJson(previewed: PreviewedEvent, { record }: Vendor): string {
  const { position, messageId, event, decision, nearMiss, remark } = previewed;
  const id = { position, messageId, event, warnings: [] };
  if (decision.action !== "deliver") return printableJson({ ...id, ...decision, nearMiss });
  const { action, payload, warnings } = decision;
  return printableJson({ ...id, action, [record]: payload, warnings, ...remark?.fields });
}

/** One event as lines for a person: what would be sent, or why nothing would. Nothing is cut. */
export function previewLines(previewed: PreviewedEvent, vendor: Vendor, colors: Colors): string {
  const { position, event, decision, nearMiss, remark } = previewed;
  const head = `${String(position).padStart(6)}  ${printable(event ?? "-").padEnd(16)}`;
  switch (decision.action) {
    case "deliver": {
      const fields = Object.entries(decision.payload as object).map(
        ([name, value]) =>
          `${INDENT}${name.padEnd(20)}${printable(typeof value === "string" ? value : JSON.stringify(value))}`,
      );
      const warnings = decision.warnings.map(({ message }) => colors.yellow(`${INDENT}! ${printable(message)}`));
      const remarks = remark === undefined ? [] : [colors.yellow(`${INDENT}! ${remark.message}`)];
      return [`${head}  ${colors.green("deliver")}`, ...fields, ...warnings, ...remarks].join("\n");
    }
    case "drop":
      return colors.dim(
        `${head}  drop     ${decision.reason}: ${meaningOf(decision.reason, vendor)}${didYouMean(nearMiss)}`,
      );
    case "reject":
      return `${head}  ${colors.red("reject")}   ${decision.reason}: ${printable(issuesText(decision.issues))}`;
  }
}

/**
 * One event for a terminal: the event's values to the left, the record's to the right, fitted to its width; in a narrow one
 * the event's value stands below the record's, where the two differ. What is sent otherwise than it stands in the event is
 * highlighted.
 */
export function previewTable(
  { position, event, decision, nearMiss, remark }: PreviewedEvent,
  vendor: Vendor,
  mapping: readonly MappedField[],
  colors: Colors,
  columns: number,
): string {
  const head = (action: string, why = "") =>
    table([[String(position).padStart(6), printable(event ?? "-"), action, why]], fitted(columns, HEAD));
  if (decision.action === "drop") {
    const why = `${decision.reason}${didYouMean(nearMiss) || `: ${meaningOf(decision.reason, vendor)}`}`;
    return colors.dim(head("drop", why));
  }
  const arrow = decision.action === "deliver" ? "→" : "·";
  const cells = mapping.map((mapped) => mappedCells(mapped, vendor, arrow, colors));
  const fieldWidth = widest(mapping.map(({ field }) => field));
  const sourceWidth = widest(mapping.map(({ source = BLUEPRINT }) => source));
  const rows =
    columns < SIDE_BY_SIDE_COLUMNS
      ? table(cells.flatMap(stackedRows), fitted(columns, [2, 1, fieldWidth, undefined]))
      : table(cells.map(wideRow), fitted(columns, [2, sourceWidth, undefined, 1, fieldWidth, undefined]));
  if (decision.action === "deliver") {
    const remarks =
      remark === undefined
        ? []
        : [table([["", colors.yellow(`! ${remark.message}`)]], fitted(columns, [2, undefined]))];
    return [head(colors.green("deliver")), rows, ...remarks].join("\n");
  }
  const whole = decision.issues.filter(({ path }) => path === "").map(({ message }) => message);
  const why = `${decision.reason}: ${whole.join("; ") || meaningOf(decision.reason, vendor)}`;
  const issues = decision.issues.filter(({ path }) => path !== "");
  const issueRows = table(
    issues.map(({ path, message }) => ["", printable(path), colors.red(printable(message))]),
    fitted(columns, [2, widest(issues.map(({ path }) => path)), undefined]),
  );
  return [head(colors.red("reject"), printable(why)), rows, issueRows].filter((lines) => lines !== "").join("\n");
}

const INDENT = " ".repeat(8);
/** Position, event, action, why. */
const HEAD = [6, 16, 7, undefined];
const BLUEPRINT = "blueprint";
/** Places and fields longer than this are cut. */
const MAX_NAME = 30;

function widest(names: readonly string[]): number {
  return Math.min(MAX_NAME, Math.max(0, ...names.map(({ length }) => length)));
}

function meaningOf(reason: string, vendor: Vendor): string {
  return reasonExplanations(vendor)[reason]?.meaning ?? "";
}

/** Narrower than this, two values side by side are cut to a few letters. */
const SIDE_BY_SIDE_COLUMNS = 110;

/** One field as the texts of its cells. */
interface MappedCells {
  /** Where the value stands in the event. */
  readonly source: string;
  /** What stands there. */
  readonly found: string;
  readonly arrow: string;
  /** The record's field. */
  readonly field: string;
  readonly sent: string;
  /** Whether the field does not hold what stands in the event. */
  readonly isChanged: boolean;
}

function wideRow({ source, found, arrow, field, sent }: MappedCells): string[] {
  return ["", source, found, arrow, field, sent];
}

function stackedRows({ source, found, arrow, field, sent, isChanged }: MappedCells): string[][] {
  return [["", arrow, field, sent], ...(isChanged ? [["", "", "", `${source}  ${found}`]] : [])];
}

/** @param arrow between a value and the field that it goes, or would go, into */
function mappedCells(mapped: MappedField, { warnings }: Vendor, arrow: string, colors: Colors): MappedCells {
  const { field, source, isSetting, found, sent, warning } = mapped;
  const value = sent === undefined ? [] : [printable(String(sent))];
  const left = warning
    ? [colors.yellow(`! ${warning.code}: ${warnings[warning.code]?.meaning ?? warning.message}`)]
    : [];
  const isChanged = source !== undefined && sent !== found;
  return {
    source: colors.gray(source ?? (isSetting === true ? "" : BLUEPRINT)),
    found: source === undefined ? "" : printableJson(found),
    arrow: colors.gray(sent === undefined ? "×" : arrow),
    field,
    sent: [...value.map(isChanged ? colors.cyan : String), ...left].join("  ") || colors.gray("not sent"),
    isChanged,
  };
}
