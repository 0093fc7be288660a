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
        lastWrite?.outcome === "matched" && lastWrite.changes !== undefined && lastWrite.changes.length > 0
          ? changeList(lastWrite.changes)
          : null,
      );
    },
  };
}

function facts(className: string, values: readonly (string | null | undefined)[]): HTMLElement | null {
  const given = values.map((value) => value ?? "").filter((value) => value !== "");
  if (given.length === 0) return null;
  return element("p", { class: className }, ...given.flatMap((value, index) => [index > 0 && " · ", foreign(value)]));
}

function history({ created_at, updated_at }: ContactRow, lastWrite: RequestRow | undefined): HTMLElement {
  const updated = lastWrite?.outcome === "matched";
  const changed = lastWrite?.changes?.length !== 0;
  return element(
    "p",
    { class: "history" },
    "Created ",
    timeElement(created_at ?? ""),
    ...(lastWrite === undefined || updated ? [] : [` by #${lastWrite.number}`]),
    ...(updated
      ? [
          " · updated ",
          timeElement(updated_at ?? ""),
          ` by #${lastWrite.number}${changed ? ":" : ", which changed nothing"}`,
        ]
      : []),
  );
}
