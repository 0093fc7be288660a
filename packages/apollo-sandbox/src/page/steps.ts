import type { ContactRow } from "../page-update.js";
import { copyButton, deliverCommand } from "./commands.js";
import { button, byId, element, fill, foreign } from "./element.js";
import type { Known } from "./known.js";

/** What the test checks on the contact. */
const facts: readonly { readonly label: string; readonly stands: (contact: ContactRow) => boolean }[] = [
  { label: "name", stands: ({ name }) => Boolean(name) },
  { label: "company", stands: ({ organization_name }) => Boolean(organization_name) },
  { label: "title", stands: ({ title }) => Boolean(title) },
  { label: "phone", stands: ({ phones }) => phones.length > 0 },
  { label: "lists", stands: ({ labelNames }) => labelNames.length > 0 },
];

interface Step {
  readonly title: string;
  readonly text: string;
  readonly done: (known: Known, search: string) => boolean;
}

/** The integration test of Signal's documentation. */
const steps: readonly Step[] = [
  {
    title: "Trigger an event",
    text: "Demo Requested, Lead Generated or Signed Up, with marketing consent, both names and an e-mail address.",
    done: ({ requests }) => [...requests.values()].some(({ method }) => method === "POST"),
  },
  {
    title: "See it delivered",
    text: "The request below has the status 200.",
    done: ({ requests }) => [...requests.values()].some(({ status, contactId }) => status === 200 && contactId),
  },
  {
    title: "Find the contact by e-mail",
    text: "Name, company, title, phone and lists have arrived.",
    done: (known, search) => {
      const contact = contactSearchedFor(known, search);
      return contact !== undefined && facts.every(({ stands }) => stands(contact));
    },
  },
  {
    title: "Trigger the event again",
    text: "The contact is updated; no second one appears.",
    done: ({ contacts, requests }) => {
      const update = [...requests.values()].findLast(({ status, outcome }) => status === 200 && outcome === "matched");
      const email = contacts.get(update?.contactId ?? "")?.email;
      return Boolean(email) && [...contacts.values()].filter((contact) => contact.email === email).length === 1;
    },
  },
];

function contactSearchedFor({ contacts }: Known, search: string): ContactRow | undefined {
  if (!search.includes("@")) return undefined;
  return [...contacts.values()].find(({ email }) => email?.toLowerCase() === search);
}

const hiddenKey = "apollo-sandbox.steps";

/** The steps of the test. Each ticks itself when it is done, and stays ticked until the sandbox is reset. */
export class Steps {
  readonly #done = new Set<Step>();
  readonly #items = steps.map((step) => {
    const state = element("span", { class: "visually-hidden" });
    const extra = element("div", { class: "extra" });
    const node = element("li", {}, element("h3", {}, state, step.title), element("p", {}, step.text), extra);
    return { step, node, state, extra };
  });
  readonly #find: HTMLButtonElement;
  readonly #facts = element("p", { class: "facts" });
  #email = "";

  constructor(searchFor: (text: string) => void, say: (text: string) => void) {
    const [trigger, , find, again] = this.#items;
    for (const item of [trigger, again]) item?.extra.append(copyButton("Copy the command", deliverCommand, say));
    this.#find = button({ class: "quiet", hidden: true }, "", () => {
      searchFor(this.#email);
    });
    find?.extra.append(this.#find, this.#facts);
    fill(byId("steps", HTMLOListElement), ...this.#items.map(({ node }) => node));
    startHiding();
  }

  show(known: Known, search: string): void {
    if (known.requests.size === 0) this.#done.clear();
    for (const { step, node, state } of this.#items) {
      const done = this.#done.has(step) || step.done(known, search);
      if (done) this.#done.add(step);
      node.classList.toggle("done", done);
      fill(state, done ? "Done: " : "To do: ");
    }
    this.#offerToFind(known);
    const contact = contactSearchedFor(known, search);
    fill(this.#facts, ...(contact === undefined ? [] : facts.map((fact) => factMark(fact, contact))));
  }

  /** Offers the contact that was written last, if possible one for which everything has arrived. */
  #offerToFind({ requests, contacts }: Known): void {
    const written = [...requests.values()].flatMap(({ contactId }) => contacts.get(contactId ?? "") ?? []);
    const reachable = written.filter(({ email }) => Boolean(email)).reverse();
    const contact = reachable.find((each) => facts.every(({ stands }) => stands(each))) ?? reachable[0];
    this.#email = contact?.email ?? "";
    this.#find.hidden = this.#email === "";
    fill(this.#find, "Find ", foreign(this.#email));
  }
}

function factMark({ label, stands }: (typeof facts)[number], contact: ContactRow): HTMLElement {
  const there = stands(contact);
  return element("span", { class: there ? "there" : "missing" }, `${there ? "✓" : "✗ no"} ${label}`);
}

/** The steps can be hidden, and then stay hidden. */
function startHiding(): void {
  const section = byId("steps-section", HTMLElement);
  const hide = byId("hide-steps", HTMLButtonElement);
  const show = byId("show-steps", HTMLButtonElement);
  const setHidden = (hidden: boolean) => {
    section.hidden = hidden;
    show.hidden = !hidden;
    withStorage((storage) => {
      storage.setItem(hiddenKey, hidden ? "hidden" : "shown");
    });
  };
  hide.addEventListener("click", () => {
    setHidden(true);
    show.focus();
  });
  show.addEventListener("click", () => {
    setHidden(false);
    hide.focus();
  });
  setHidden(withStorage((storage) => storage.getItem(hiddenKey)) === "hidden");
}

/** A browser may keep nothing for a page, and then throws. The steps are shown again the next time. */
function withStorage<Result>(use: (storage: Storage) => Result): Result | undefined {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
}
