import type { FieldChange } from "../field-change.js";
import { element, fill, foreign } from "./element.js";

/** What changed of a contact, old → new. */
export function changeList(changes: readonly FieldChange[]): HTMLElement {
  return element(
    "dl",
    { class: "changes" },
    ...changes.map(({ field, from, to }) =>
      element(
        "div",
        {},
        element("dt", {}, foreign(field)),
        element("dd", {}, value("del", from), element("span", { "aria-label": "became" }, " → "), value("ins", to)),
      ),
    ),
  );
}

/** An old value is struck out, unless there was none. */
function value(tag: "del" | "ins", shown: unknown): HTMLElement {
  if (shown === null || shown === undefined) return element("em", {}, "empty");
  const marked = element(tag);
  fill(marked, foreign(wordsOf(shown)));
  return marked;
}

function wordsOf(shown: unknown): string {
  if (typeof shown === "string") return shown;
  if (Array.isArray(shown) && shown.every((item) => typeof item === "string")) return shown.join(", ");
  return JSON.stringify(shown);
}
