import { WARNINGS, type Decision, type MappedField, type NearMiss } from "@datafly/signal-apollo-connector";

import type { EventId, UnreadableOutcome } from "../stream/delivery-result.js";
import type { Colors } from "./color.js";
import { issuesText } from "../text/issues-text.js";
import { printable, printableJson } from "../text/printable.js";
import { REASON_EXPLANATIONS } from "./reason-explanations.js";
import { fitted, table } from "./table.js";
import { didYouMean } from "./unmapped-events.js";

/** What would be done with an event. */
export interface PreviewedEvent extends EventId {
  readonly position: number;
  readonly decision:
    | Decision
    | { readonly action: "reject"; readonly reason: "invalid_json"; readonly issues: UnreadableOutcome["issues"] };
  /** What is almost mapped in an event that is dropped. */
  readonly nearMiss?: NearMiss | undefined;
}

/** One event as a JSON object in one line. */
export function previewJson({ position, messageId, event, decision, nearMiss }: PreviewedEvent): string {
  const match = isMatchedByName(decision) && { matchedBy: "name_and_company" };
  return printableJson({ position, messageId, event, warnings: [], ...decision, nearMiss, ...match });
}

/** One event as lines for a person: what would be sent, or why nothing would. Nothing is cut. */
export function previewLines({ position, event, decision, nearMiss }: PreviewedEvent, colors: Colors): string {
  const head = `${String(position).padStart(6)}  ${printable(event ?? "-").padEnd(16)}`;
  switch (decision.action) {
    case "deliver": {
      const fields = Object.entries(decision.contact).map(
        ([name, value]) =>
          `${INDENT}${name.padEnd(20)}${printable(typeof value === "string" ? value : JSON.stringify(value))}`,
      );
      const warnings = decision.warnings.map(({ message }) => colors.yellow(`${INDENT}! ${printable(message)}`));
      const match = isMatchedByName(decision) ? [colors.yellow(`${INDENT}! ${MATCHED_BY_NAME}`)] : [];
      return [`${head}  ${colors.green("deliver")}`, ...fields, ...warnings, ...match].join("\n");
    }
    case "drop":
      return colors.dim(
        `${head}  drop     ${decision.reason}: ${REASON_EXPLANATIONS[decision.reason].meaning}${didYouMean(nearMiss)}`,
      );
    case "reject":
      return `${head}  ${colors.red("reject")}   ${decision.reason}: ${printable(issuesText(decision.issues))}`;
  }
}

/**
 * One event for a terminal: the event's values to the left, the contact's to the right, fitted to its width. What is sent
 * otherwise than it stands in the event is highlighted.
 */
export function previewTable(
  { position, event, decision, nearMiss }: PreviewedEvent,
  mapping: readonly MappedField[],
  colors: Colors,
  columns: number,
): string {
  const head = (action: string, why = "") =>
    table([[String(position).padStart(6), printable(event ?? "-"), action, why]], fitted(columns, HEAD));
  if (decision.action === "drop") {
    const why = `${decision.reason}${didYouMean(nearMiss) || `: ${REASON_EXPLANATIONS[decision.reason].meaning}`}`;
    return colors.dim(head("drop", why));
  }
  const rows = table(
    mapping.map((mapped) => mappedRow(mapped, decision.action === "deliver" ? "→" : "·", colors)),
    fitted(columns, [
      2,
      widest(mapping.map(({ source = BLUEPRINT }) => source)),
      undefined,
      1,
      widest(mapping.map(nameOf)),
      undefined,
    ]),
  );
  if (decision.action === "deliver") {
    const match = isMatchedByName(decision)
      ? [table([["", colors.yellow(`! ${MATCHED_BY_NAME}`)]], fitted(columns, [2, undefined]))]
      : [];
    return [head(colors.green("deliver")), rows, ...match].join("\n");
  }
  const whole = decision.issues.filter(({ path }) => path === "").map(({ message }) => message);
  const why = `${decision.reason}: ${whole.join("; ") || REASON_EXPLANATIONS[decision.reason].meaning}`;
  const issues = decision.issues.filter(({ path }) => path !== "");
  const issueRows = table(
    issues.map(({ path, message }) => ["", printable(path), colors.red(printable(message))]),
    fitted(columns, [2, widest(issues.map(({ path }) => path)), undefined]),
  );
  return [head(colors.red("reject"), printable(why)), rows, issueRows].filter((lines) => lines !== "").join("\n");
}

/** What it means that a contact has no e-mail address, or none that could be sent. */
const MATCHED_BY_NAME =
  "no e-mail address: Apollo matches this contact by name and company, and can overwrite a stranger of the same name";

/** Whether Apollo looks for a contact by its name and company alone. With deduplication off it looks for none. */
function isMatchedByName(decision: PreviewedEvent["decision"]): boolean {
  return decision.action === "deliver" && decision.contact.run_dedupe === true && decision.contact.email === undefined;
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

/** The field, by its id alone if it is one of the team's own. */
function nameOf({ field }: MappedField): string {
  return field.replace(/^typed_custom_fields\./, "");
}

/**
 * Where the value stands in the event, what stands there, the contact's field, what is sent.
 *
 * @param arrow between a value and the field that it goes, or would go, into
 */
function mappedRow(mapped: MappedField, arrow: string, colors: Colors): string[] {
  const { field, source, found, sent, warning } = mapped;
  const value = sent === undefined ? [] : [printable(String(sent))];
  const left = warning ? [colors.yellow(`! ${warning.code}: ${WARNINGS[warning.code].meaning}`)] : [];
  const isChanged = source !== undefined && sent !== found;
  return [
    "",
    colors.gray(source ?? (field === "run_dedupe" ? "" : BLUEPRINT)),
    source === undefined ? "" : printableJson(found),
    colors.gray(sent === undefined ? "×" : arrow),
    nameOf(mapped),
    [...value.map(isChanged ? colors.cyan : String), ...left].join("  ") || colors.gray("not sent"),
  ];
}
