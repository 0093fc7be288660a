import { WARNINGS, type MappedField } from "@datafly/signal-apollo-connector";

import { element } from "./element.js";
import { explanationLink } from "./errors-page.js";
import { jsonText } from "./json-text.js";

/** The longest value that is shown whole, in characters. */
const MAX_SHOWN = 400;

/** Puts event and contact side by side: each value as it stands, and as it is sent. */
export function mappingTable(mapping: readonly MappedField[]): HTMLTableElement {
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        element("th", { scope: "col" }, "In the event"),
        element("th", { scope: "col" }, "In the contact"),
      ),
    ),
    element("tbody", {}, ...mapping.map(row)),
  );
}

function row(mapped: MappedField): HTMLTableRowElement {
  const { field, source, found, sent, warning } = mapped;
  const changed = sent !== undefined && sent !== found;
  return element(
    "tr",
    { "data-field": field },
    element(
      "td",
      {},
      element("span", { class: "place" }, source ?? (field === "run_dedupe" ? "the settings" : "the blueprint")),
      value(found),
    ),
    element(
      "td",
      warning || sent === undefined ? { class: "marked" } : {},
      element("span", { class: "place" }, field),
      ...(sent === undefined ? [] : [value(sent, changed)]),
      ...remarks(mapped),
    ),
  );
}

function value(shown: unknown, changed = false): HTMLElement {
  const text = jsonText(shown, 0);
  return element(
    changed ? "mark" : "span",
    { class: "value" },
    text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text,
  );
}

/** What is to be said of a value that is not sent, or not whole. */
function remarks({ field, sent, warning }: MappedField): HTMLElement[] {
  if (warning) {
    return [
      element("span", { class: "remark" }, warning.message),
      element("span", { class: "advice" }, `${WARNINGS[warning.code].whatToDo} `, explanationLink(warning.code)),
    ];
  }
  if (sent !== undefined) return [];
  return [
    element("span", { class: "remark" }, field === "label_names" ? "there already" : "no letter in it; left out"),
  ];
}
