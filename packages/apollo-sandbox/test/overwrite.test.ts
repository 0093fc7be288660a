import { describe, expect, it } from "vitest";

import { ada, create, sandboxForTest } from "./caller.js";
import { VirtualClock } from "./virtual-clock.js";

const stage = "5f0000000000000000000001";
/** The ids of two custom fields. */
const colour = "66f1c0ffee0000000000c001";
const size = "66f1c0ffee0000000000c002";

const stored = {
  ...ada,
  email: "ada@x.example",
  organization_name: "Analytical Engines",
  title: "Head of Research",
  website_url: "https://x.example/",
  present_raw_address: "London",
  contact_stage_id: stage,
  mobile_phone: "+442071838750",
  label_names: ["Leads"],
  typed_custom_fields: { [colour]: "green" },
};

describe("a new contact", () => {
  it("has what was sent, and the fields that Apollo adds", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ clock });

    const { contact, labels, dedupe_result } = await create(sandbox, stored);

    expect(dedupe_result).toBeUndefined();
    expect(labels).toMatchObject([{ name: "Leads", modality: "contacts", cached_count: 1 }]);
    expect(contact).toMatchObject({
      first_name: "Ada",
      last_name: "Byron",
      name: "Ada Byron",
      email: "ada@x.example",
      organization_name: "Analytical Engines",
      source: "api",
      contact_stage_id: stage,
      label_ids: labels?.map((label) => label.id),
      sanitized_phone: "+442071838750",
      typed_custom_fields: { [colour]: "green" },
      custom_field_errors: {},
      owner_id: expect.stringMatching(/^[0-9a-f]{24}$/) as string,
      person_id: null,
      queued_for_crm_push: false,
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
    });
  });

  it("has an id that a test can foretell", async () => {
    const sandbox = await sandboxForTest();
    const ids = [await create(sandbox, ada), await create(sandbox, ada)].map(({ contact }) => contact.id);
    expect(ids).toEqual(["66f1c0ffee0a000000000001", "66f1c0ffee0a000000000002"]);
  });

  it("has no address if the one that was sent is not one", async () => {
    const sandbox = await sandboxForTest();
    for (const email of ["ada at x.example", `${"a".repeat(245)}@x.example`]) {
      expect((await create(sandbox, { ...ada, email })).contact.email).toBeNull();
    }
    const longest = `${"a".repeat(244)}@x.example`;
    expect((await create(sandbox, { ...ada, email: longest })).contact.email).toBe(longest);
  });
});

describe("on a match, each field for itself", () => {
  it.each<{ field: string; sent: unknown; becomes: object }>([
    { field: "title", sent: "Countess", becomes: { title: "Countess" } },
    { field: "title", sent: "", becomes: { title: null } },
    { field: "title", sent: null, becomes: { title: null } },
    { field: "organization_name", sent: "  ", becomes: { organization_name: null } },
    { field: "website_url", sent: "https://y.example/", becomes: { website_url: "https://y.example/" } },
    { field: "present_raw_address", sent: "", becomes: { present_raw_address: null } },
    { field: "contact_stage_id", sent: "", becomes: { contact_stage_id: null } },
    { field: "mobile_phone", sent: "", becomes: { phone_numbers: [], sanitized_phone: null } },
    { field: "email", sent: "", becomes: { email: null, contact_emails: [] } },
    { field: "email", sent: "not an address", becomes: {} },
    { field: "last_name", sent: "Lovelace", becomes: { last_name: "Lovelace", name: "Ada Lovelace" } },
    { field: "label_names", sent: [], becomes: { label_ids: [] } },
    { field: "label_names", sent: null, becomes: { label_ids: [] } },
    {
      field: "typed_custom_fields",
      sent: { [size]: 3 },
      becomes: { typed_custom_fields: { [colour]: "green", [size]: 3 } },
    },
    { field: "typed_custom_fields", sent: { [colour]: "" }, becomes: { typed_custom_fields: {} } },
    { field: "typed_custom_fields", sent: null, becomes: { typed_custom_fields: {} } },
    { field: "nothing_known", sent: "x", becomes: {} },
  ])("$field, sent as $sent, changes what it should and nothing else", async ({ field, sent, becomes }) => {
    const sandbox = await sandboxForTest({ clock: new VirtualClock() });
    const before = sandbox.addContact(stored);

    await create(sandbox, { ...ada, id: before.id, run_dedupe: true, [field]: sent });

    expect(sandbox.contacts()).toEqual([{ ...before, ...becomes }]);
  });

  it("overwrites even the address that was not what the match was found by", async () => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(stored);

    const { organization_name } = stored;
    await create(sandbox, { ...ada, organization_name, email: "other@y.example", run_dedupe: true });

    expect(sandbox.contacts()).toMatchObject([{ email: "other@y.example" }]);
    expect(JSON.stringify(sandbox.contacts())).not.toContain("ada@x.example");
  });

  it("keeps the additional addresses, of which the primary one is none, in whatever letters", async () => {
    const sandbox = await sandboxForTest();
    const additional_emails = ["B@x.example", " c@x.example ", "C@x.example", "ADA@x.example"];
    const { id } = sandbox.addContact({ ...stored, additional_emails });
    const emails = () => (sandbox.contacts()[0] as { contact_emails?: unknown }).contact_emails;
    expect(emails()).toMatchObject([{ email: "ada@x.example" }, { email: "B@x.example" }, { email: "c@x.example" }]);

    await create(sandbox, { ...ada, id, email: "b@X.example", run_dedupe: true });
    expect(emails()).toMatchObject([{ email: "b@X.example" }, { email: "c@x.example" }]);
  });

  it("says when the contact was updated", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ clock });
    sandbox.addContact(stored);

    clock.advance(5000);
    const { contact } = await create(sandbox, { ...stored, run_dedupe: true });

    expect(contact.created_at).toBe("2026-01-01T00:00:00.000Z");
    expect(contact.updated_at).toBe("2026-01-01T00:00:05.000Z");
  });
});

describe("the ids of a person and of CRM records are protected", () => {
  const person = "5f0000000000000000000002";
  const fields = [
    { field: "person_id", set: person, sent: "5f0000000000000000000003" },
    { field: "salesforce_contact_id", set: "0031U00001Oe4oW", sent: "0031U00001Oe4oX" },
    { field: "salesforce_lead_id", set: "00Q1U00000aaaaa", sent: "00Q1U00000aaaab" },
    { field: "hubspot_vid", set: "501", sent: "502" },
    { field: "crm_id", set: "a-1", sent: "a-2" },
  ];

  it.each(fields)("$field stays once it is set", async ({ field, set, sent }) => {
    const sandbox = await sandboxForTest();
    const { id } = sandbox.addContact({ ...stored, [field]: set });

    for (const value of [sent, "", null]) await create(sandbox, { ...ada, id, [field]: value, run_dedupe: true });

    expect(sandbox.contacts()).toMatchObject([{ id, [field]: set }]);
    expect(JSON.stringify(sandbox.requests().map(({ changes }) => changes))).not.toContain(field);
  });

  it.each(fields)("$field is written while it is empty", async ({ field, sent }) => {
    const sandbox = await sandboxForTest();
    const { id } = sandbox.addContact(stored);

    await create(sandbox, { ...ada, id, [field]: sent, run_dedupe: true });

    expect(sandbox.contacts()).toMatchObject([{ id, [field]: sent }]);
  });
});

it("the website is stored, and in no answer", async () => {
  const sandbox = await sandboxForTest();

  const { contact } = await create(sandbox, stored);

  expect(contact).not.toHaveProperty("website_url");
  expect(sandbox.contacts()).toMatchObject([{ website_url: "https://x.example/" }]);
});

describe("a custom field", () => {
  it.each([
    { form: "24 hexadecimal digits", id: "66f1c0ffee0000000000c001" },
    { form: "contact. and 24 hexadecimal digits", id: "contact.66f1c0ffee0000000000c001" },
    { form: "a UUID", id: "0b0f5a7c-6d5e-4e0a-9d3c-2f1e0d9c8b7a" },
  ])("is stored by its id: $form", async ({ id }) => {
    const sandbox = await sandboxForTest();

    const { contact } = await create(sandbox, { ...ada, typed_custom_fields: { [id]: "green" } });

    expect(contact).toMatchObject({ typed_custom_fields: { [id]: "green" }, custom_field_errors: {} });
  });

  it("is not stored by a name, which the answer of 200 reports", async () => {
    const sandbox = await sandboxForTest();

    const { contact } = await create(sandbox, { ...ada, typed_custom_fields: { Colour: "green", [colour]: "red" } });

    expect(contact).toMatchObject({
      typed_custom_fields: { [colour]: "red" },
      custom_field_errors: { Colour: "is not the id of a custom field" },
    });
    expect((await create(sandbox, { ...ada, id: contact.id, run_dedupe: true })).contact.custom_field_errors).toEqual(
      {},
    );
  });
});

describe("labels", () => {
  it("are created once, without blanks and repeats", async () => {
    const sandbox = await sandboxForTest();

    await create(sandbox, { ...ada, label_names: ["Leads", " ", "Demo", "Leads"] });
    await create(sandbox, { ...ada, label_names: ["Leads"] });

    expect(sandbox.labels()).toMatchObject([
      { name: "Leads", cached_count: 2 },
      { name: "Demo", cached_count: 1 },
    ]);
  });

  it("replace those that the contact had", async () => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(stored);

    const { labels } = await create(sandbox, { ...ada, email: stored.email, label_names: ["Demo"], run_dedupe: true });

    expect(labels?.map((label) => label.name)).toEqual(["Demo"]);
    expect(sandbox.labels()).toMatchObject([
      { name: "Leads", cached_count: 0 },
      { name: "Demo", cached_count: 1 },
    ]);
  });

  it("say when they were made, and when a contact last came or went", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ clock });
    const made = "2026-01-01T00:00:00.000Z";
    const { id } = sandbox.addContact({ ...ada, label_names: ["Leads"] });
    clock.advance(5000);
    await create(sandbox, { ...ada, id, label_names: ["Leads"], run_dedupe: true });
    expect(sandbox.labels()).toMatchObject([{ created_at: made, updated_at: made }]);

    await create(sandbox, { ...ada, id, label_names: [], run_dedupe: true });
    expect(sandbox.labels()).toMatchObject([{ created_at: made, updated_at: "2026-01-01T00:00:05.000Z" }]);
  });

  it("are told of a contact that keeps them", async () => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(stored);
    const { labels } = await create(sandbox, { ...ada, email: stored.email, run_dedupe: true });
    expect(labels?.map((label) => label.name)).toEqual(["Leads"]);
  });
});

describe("phone numbers", () => {
  it.each([
    { raw: "555-555-0149", sanitized: "+15555550149" },
    { raw: "+44 20 7183 8750", sanitized: "+442071838750" },
    { raw: "1 (555) 555-0149", sanitized: "+15555550149" },
    { raw: "020 7183 8750", sanitized: null },
    { raw: "12345", sanitized: null },
    { raw: "+", sanitized: null },
  ])("$raw is understood as $sanitized", async ({ raw, sanitized }) => {
    const sandbox = await sandboxForTest();

    const { contact } = await create(sandbox, { ...ada, mobile_phone: raw });

    expect(contact.sanitized_phone).toBe(sanitized);
    expect(contact.phone_numbers).toEqual([
      { raw_number: raw, sanitized_number: sanitized, type: "mobile", position: 0, status: "no_status" },
    ]);
  });

  it("are filed by their line, and one that is sent takes the place of the one on its line", async () => {
    const sandbox = await sandboxForTest();
    const phones = {
      other_phone: "+15555550105",
      home_phone: "+15555550104",
      mobile_phone: "+15555550103",
      corporate_phone: "+15555550102",
      direct_phone: "+15555550101",
    };
    const { contact } = await create(sandbox, { ...ada, ...phones });

    const update = { ...ada, id: contact.id, corporate_phone: "", mobile_phone: "+15555550199", run_dedupe: true };
    const { contact: updated } = await create(sandbox, update);

    const lines = (numbers: typeof contact.phone_numbers) => numbers?.map((number) => [number.position, number.type]);
    expect(lines(contact.phone_numbers)).toEqual([
      [0, "work_direct"],
      [1, "work_hq"],
      [2, "mobile"],
      [3, "home"],
      [4, "other"],
    ]);
    expect(updated.phone_numbers?.map((number) => number.raw_number)).toEqual([
      "+15555550101",
      "+15555550199",
      "+15555550104",
      "+15555550105",
    ]);
    expect(lines(updated.phone_numbers)?.map(([position]) => position)).toEqual([0, 1, 2, 3]);
  });
});
