import { expect, it } from "vitest";

import type { ContactRow, PageUpdate, RequestRow } from "../src/page-update.js";
import { Known } from "../src/page/known.js";

/** What a page is told of a request that wrote a contact, and of which requests are still remembered. */
function update(number: number, contactId: string, oldestRequest: number): PageUpdate {
  const contact: Partial<ContactRow> = { id: contactId };
  const request: Partial<RequestRow> = { number, contactId };
  const told: Partial<PageUpdate> = { everything: false, oldestRequest };
  return { ...told, contacts: [contact], requests: [request] } as PageUpdate;
}

it("forgets with a request that it was the last to write a contact, so that a page left open knows what a new one does", () => {
  const known = new Known();
  known.update(update(1, "a", 1));
  known.update(update(2, "b", 1));
  known.update(update(3, "b", 3));

  expect([...known.requests.keys()]).toEqual([3]);
  expect([...known.contacts.keys()]).toEqual(["a", "b"]);
  expect([...known.lastWrite].map(([id, { number }]) => [id, number])).toEqual([["b", 3]]);
});
