import type { ContactRow, PageUpdate, RequestRow } from "../page-update.js";

/** What the page knows of the sandbox. */
export class Known {
  /** By their ids. */
  readonly contacts = new Map<string, ContactRow>();
  /** By their numbers, oldest first. */
  readonly requests = new Map<number, RequestRow>();
  /** The latest request that wrote a contact, by the contact's id, as long as the request is remembered. */
  readonly lastWrite = new Map<string, RequestRow>();

  /** Takes in what the sandbox tells. */
  update({ everything, contacts, requests, oldestRequest }: PageUpdate): void {
    if (everything) for (const map of [this.contacts, this.requests, this.lastWrite]) map.clear();
    for (const contact of contacts) this.contacts.set(contact.id, contact);
    for (const request of requests) {
      this.requests.set(request.number, request);
      if (request.contactId === undefined) continue;
      const last = this.lastWrite.get(request.contactId);
      if (last === undefined || last.number <= request.number) this.lastWrite.set(request.contactId, request);
    }
    for (const [number, request] of this.requests) {
      if (number >= oldestRequest) break;
      this.requests.delete(number);
      const { contactId } = request;
      if (contactId !== undefined && this.lastWrite.get(contactId) === request) this.lastWrite.delete(contactId);
    }
  }

  /** The contacts that match the search, last written first. */
  foundContacts(search: string): ContactRow[] {
    return [...this.contacts.values()]
      .filter((contact) => contactMatches(contact, search))
      .reverse()
      .sort((a, b) => (b.updated_at ?? "").localeCompare(a.updated_at ?? ""));
  }

  /** The requests that match the search, newest first. */
  foundRequests(search: string): RequestRow[] {
    return [...this.requests.values()].filter((request) => requestMatches(request, search)).reverse();
  }
}

function contactMatches(contact: ContactRow, search: string): boolean {
  const { id, name, email, organization_name, title, phones, labelNames } = contact;
  return anyIncludes([id, name, email, organization_name, title, ...phones, ...labelNames], search);
}

function requestMatches({ number, person, contactId }: RequestRow, search: string): boolean {
  return search === `#${number}` || anyIncludes([person.name, person.email, contactId], search);
}

/** An empty search is in every text. */
function anyIncludes(texts: readonly (string | null | undefined)[], search: string): boolean {
  return texts.some((text) => text?.toLowerCase().includes(search) ?? false);
}
