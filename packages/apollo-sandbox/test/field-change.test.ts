import type { FieldChange } from "@datafly/apollo-sandbox";
import { expect, it } from "vitest";

import { ada, create, sandboxForTest } from "./caller.js";

/** The ids of two custom fields. */
const size = "66f1c0ffee0000000000c001";
const tags = "66f1c0ffee0000000000c002";

const before = {
  ...ada,
  email: "ada@x.example",
  title: "Countess",
  mobile_phone: "+15550000001",
  home_phone: "+15550000002",
  label_names: ["Leads", "Webinar"],
  typed_custom_fields: { [size]: 5 },
};

it.each<{ what: string; sent: object; changes: FieldChange[] }>([
  { what: "nothing", sent: before, changes: [] },
  { what: "nothing that was left out", sent: { email: before.email }, changes: [] },
  {
    what: "an overwritten field",
    sent: { title: "Author" },
    changes: [{ field: "title", from: "Countess", to: "Author" }],
  },
  { what: "a cleared field", sent: { title: "" }, changes: [{ field: "title", from: "Countess", to: null }] },
  {
    what: "a first value",
    sent: { website_url: "https://x.example" },
    changes: [{ field: "website_url", from: null, to: "https://x.example" }],
  },
  {
    what: "replaced lists",
    sent: { label_names: ["Webinar", "Demo"] },
    changes: [{ field: "label_names", from: ["Leads", "Webinar"], to: ["Webinar", "Demo"] }],
  },
  {
    what: "cleared lists",
    sent: { label_names: [] },
    changes: [{ field: "label_names", from: ["Leads", "Webinar"], to: null }],
  },
  {
    what: "the one phone number that was sent",
    sent: { home_phone: "(555) 000-0003" },
    changes: [{ field: "home_phone", from: "+15550000002", to: "(555) 000-0003" }],
  },
  {
    what: "a custom field",
    sent: { typed_custom_fields: { [size]: 6, [tags]: ["a"] } },
    changes: [
      { field: `typed_custom_fields.${size}`, from: 5, to: 6 },
      { field: `typed_custom_fields.${tags}`, from: null, to: ["a"] },
    ],
  },
])("a request tells of $what", async ({ sent, changes }) => {
  const sandbox = await sandboxForTest();
  const { id } = sandbox.addContact(before);

  await create(sandbox, { ...ada, email: before.email, ...sent, run_dedupe: true });

  expect(sandbox.requests()).toMatchObject([{ outcome: "matched", contactId: id, changes }]);
  expect(sandbox.requests()[0]?.changes).toHaveLength(changes.length);
});

it("a request that wrote nothing changed nothing", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 429 });
  await expect(create(sandbox, before)).rejects.toThrow("429");
  expect(sandbox.requests()).not.toHaveProperty("0.changes");
});
