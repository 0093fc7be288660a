import type { ContactRow, RequestRow } from "../page-update.js";
import { changeList } from "./change-list.js";
import { element, fill, foreign } from "./element.js";
import type { Row } from "./row-list.js";
import { timeElement } from "./time.js";

/** A contact, and the latest request that wrote it. */
export interface ContactView {
  readonly contact: ContactRow;
  readonly lastWrite: RequestRow | undefined;
}

/** An entry of the list of contacts. */
export function contactCard(): Row<ContactView> {
  const node = element("li", { tabindex: "-1" });
  return {
    node,
    target: node,
    render: ({ contact, lastWrite }) => {
      const { name, email, organization_name, title, website_url, phones, labelNames } = contact;
      const changes = updateIn(lastWrite)?.changes ?? [];
      fill(
        node,
        element(
          "div",
          { class: "contact-head" },
          element("h3", {}, name ? foreign(name) : "No name"),
          email ? element("span", { class: "email" }, foreign(email)) : element("em", {}, "no e-mail address"),
        ),
        facts("contact-facts", [title, organization_name]),
        facts("contact-facts", [...phones, website_url]),
        labelNames.length > 0 &&
          element(
            "ul",
            { class: "labels", "aria-label": "Lists" },
            ...labelNames.map((label) => element("li", {}, foreign(label))),
          ),
        history(contact, lastWrite),
        changes.length > 0 && changeList(changes),
      );
    },
  };
}

function facts(className: string, values: readonly (string | null | undefined)[]): HTMLElement | null {
  const given = values.map((value) => value ?? "").filter((value) => value !== "");
  if (given.length === 0) return null;
  return element("p", { class: className }, ...given.flatMap((value, index) => [index > 0 && " · ", foreign(value)]));
}

/** The latest request that wrote a contact, if it did not create it. */
function updateIn(lastWrite: RequestRow | undefined): RequestRow | undefined {
  return lastWrite?.outcome === "matched" || lastWrite?.outcome === "listed" ? lastWrite : undefined;
}

function history({ created_at, updated_at }: ContactRow, lastWrite: RequestRow | undefined): HTMLElement {
  const update = updateIn(lastWrite);
  const changed = update?.changes?.length !== 0;
  return element(
    "p",
    { class: "history" },
    "Created ",
    timeElement(created_at ?? ""),
    ...(lastWrite === undefined || update !== undefined ? [] : [` by #${lastWrite.number}`]),
    ...(update !== undefined
      ? [
          " · updated ",
          timeElement(updated_at ?? ""),
          ` by #${update.number}${changed ? ":" : ", which changed nothing"}`,
        ]
      : []),
  );
}
