import type { RequestRow } from "../page-update.js";
import { commandBlock, curlCommand, deliverCommand } from "./commands.js";
import { byId, element, fill } from "./element.js";
import type { Known } from "./known.js";
import { outcomeFilters, type OutcomeFilter } from "./outcome.js";
import { requestRows } from "./request-rows.js";
import { RowList } from "./row-list.js";

/** The table of requests, and the choice of which are shown. */
export class RequestPane {
  readonly #known: Known;
  readonly #firstWords: HTMLElement;
  readonly #noMatch = element(
    "p",
    {},
    "No request matches. Choose All, or search for a name, an e-mail address, a contact’s id, or #7.",
  );
  readonly #choices: readonly Choice[];
  readonly #list = new RowList<RequestRow>({
    container: byId("requests", HTMLTableElement),
    moreButton: "more-requests",
    keyOf: ({ number }) => String(number),
    createRow: requestRows,
  });

  constructor(known: Known, onChoice: () => void, say: (text: string) => void) {
    this.#known = known;
    this.#firstWords = element(
      "div",
      {},
      element("p", {}, "No requests yet. Deliver an event:"),
      ...commandBlock("One event, through the command line", deliverCommand, say),
      element("p", {}, "Or create a contact directly:"),
      ...commandBlock("One contact, with curl", curlCommand, say),
      element("p", {}, "If you started the sandbox with your own key, use that one."),
    );
    fill(byId("no-requests", HTMLElement), this.#firstWords, this.#noMatch);
    const filter = byId("filter", HTMLFieldSetElement);
    this.#choices = outcomeFilters.map((each, index) => choice(each, index === 0));
    filter.append(...this.#choices.map(({ node }) => node));
    filter.addEventListener("change", onChoice);
  }

  show(search: string): void {
    const found = this.#known.foundRequests(search);
    for (const { filter, count } of this.#choices) fill(count, found.filter(filter.includes).length.toLocaleString());
    const chosen = this.#choices.find(({ radio }) => radio.checked)?.filter;
    const shown = chosen === undefined ? found : found.filter(chosen.includes);
    this.#list.show(shown);

    byId("requests", HTMLTableElement).hidden = shown.length === 0;
    byId("no-requests", HTMLElement).hidden = shown.length > 0;
    const none = this.#known.requests.size === 0;
    this.#firstWords.hidden = !none;
    this.#noMatch.hidden = none;
  }
}

interface Choice {
  readonly filter: OutcomeFilter;
  readonly radio: HTMLInputElement;
  readonly count: HTMLElement;
  readonly node: HTMLElement;
}

function choice(filter: OutcomeFilter, checked: boolean): Choice {
  const radio = element("input", { type: "radio", name: "outcome", checked });
  const count = element("span", { class: "count" });
  return { filter, radio, count, node: element("label", {}, radio, filter.label, " ", count) };
}
