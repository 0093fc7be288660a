import type { ContactRow } from "../page-update.js";
import { contactCard, type ContactView } from "./contact-card.js";
import { byId, element, fill, foreign } from "./element.js";
import type { Known } from "./known.js";
import { RowList } from "./row-list.js";

/** The list of contacts. */
export class ContactPane {
  readonly #known: Known;
  /** What is no longer known of a contact takes its view along. */
  readonly #views = new WeakMap<ContactRow, ContactView>();
  readonly #list = new RowList<ContactView>({
    container: byId("contacts", HTMLUListElement),
    moreButton: "more-contacts",
    keyOf: ({ contact }) => contact.id,
    createRow: contactCard,
  });

  constructor(known: Known) {
    this.#known = known;
  }

  show(search: string): void {
    const { contacts } = this.#known;
    const found = this.#known.foundContacts(search);
    this.#list.show(found.map((contact) => this.#viewOf(contact)));
    fill(byId("contact-count", HTMLElement), found.length.toLocaleString());

    const empty = byId("no-contacts", HTMLElement);
    empty.hidden = found.length > 0;
    const words =
      contacts.size > 0
        ? [
            "No contact matches ",
            foreign(search),
            ". The search covers name, e-mail, company, title, phone, lists and id.",
          ]
        : ["No contacts yet. They appear here when a request creates them."];
    fill(empty, element("p", {}, ...words));
  }

  /** The same object as long as nothing of it has changed, so that its card is left alone. */
  #viewOf(contact: ContactRow): ContactView {
    const lastWrite = this.#known.lastWrite.get(contact.id);
    const last = this.#views.get(contact);
    if (last !== undefined && last.lastWrite === lastWrite) return last;
    const view = { contact, lastWrite };
    this.#views.set(contact, view);
    return view;
  }
}
