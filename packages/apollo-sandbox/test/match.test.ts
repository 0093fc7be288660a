import type { SeedContact } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, create, sandboxForTest } from "./caller.js";

const id = (last: number) => String(last).padStart(24, "0");
const inLowerCase = "66f1c0ffee0000000000abcd";
const inUpperCase = inLowerCase.toUpperCase();

describe("with run_dedupe, a stored contact is found", () => {
  it.each<{ by: string; stored: SeedContact; sent: object; reason: string }>([
    { by: "its id", stored: { id: id(1) }, sent: { id: id(1) }, reason: "id_match" },
    { by: "its person", stored: { person_id: id(2) }, sent: { person_id: id(2) }, reason: "person_id_match" },
    ...["salesforce_contact_id", "salesforce_lead_id", "hubspot_vid", "crm_id"].map((field) => ({
      by: `its ${field}`,
      stored: { [field]: "0031U00001Oe4oW" },
      sent: { [field]: " 0031U00001Oe4oW " },
      reason: "crm_id_match",
    })),
    { by: "its address", stored: { email: "a@x.example" }, sent: { email: "a@x.example" }, reason: "email_match" },
    {
      by: "its address in other letters",
      stored: { email: "Ada@X.example" },
      sent: { email: "aDA@x.EXAMPLE" },
      reason: "email_match",
    },
    {
      by: "an additional address",
      stored: { email: "a@x.example", additional_emails: ["b@y.example"] },
      sent: { email: "b@y.example" },
      reason: "email_match",
    },
    {
      by: "name and the domain of its address",
      stored: { ...ada, email: "a@x.example" },
      sent: { email: "b@X.example" },
      reason: "name_and_company_match",
    },
    {
      by: "name and organization",
      stored: { ...ada, organization_id: id(4) },
      sent: { organization_id: id(4) },
      reason: "name_and_company_match",
    },
    ...[
      { stored: inLowerCase, sent: inUpperCase },
      { stored: inUpperCase, sent: inLowerCase },
    ].flatMap(({ stored, sent }) => [
      { by: "its id in other letters", stored: { id: stored }, sent: { id: sent }, reason: "id_match" },
      {
        by: "its person in other letters",
        stored: { person_id: stored },
        sent: { person_id: sent },
        reason: "person_id_match",
      },
      {
        by: "name and organization in other letters",
        stored: { ...ada, organization_id: stored },
        sent: { organization_id: sent },
        reason: "name_and_company_match",
      },
    ]),
    {
      by: "name and the organization's name in other letters",
      stored: { first_name: "ADA", last_name: "byron", organization_name: "analytical engines" },
      sent: { organization_name: "Analytical Engines" },
      reason: "name_and_company_match",
    },
  ])("by $by", async ({ stored, sent, reason }) => {
    const sandbox = await sandboxForTest();
    const { id: storedId } = sandbox.addContact(stored);

    const answer = await create(sandbox, { ...ada, ...sent, run_dedupe: true });

    expect(answer.dedupe_result).toEqual({
      found_existing: true,
      match_reason: reason,
      existing_contact_id: storedId,
    });
    expect(answer.contact.id).toBe(storedId);
    expect(sandbox.contacts()).toHaveLength(1);
  });
});

describe("with run_dedupe, a stored contact is not found", () => {
  it.each<{ by: string; stored: SeedContact; sent: object }>([
    { by: "the name alone", stored: ada, sent: {} },
    {
      by: "the same id of another CRM",
      stored: { hubspot_vid: "501" },
      sent: { crm_id: "501" },
    },
    {
      by: "the company alone",
      stored: { first_name: "Charles", last_name: "Babbage", organization_name: "Engines" },
      sent: { organization_name: "Engines" },
    },
    {
      by: "another address of another company",
      stored: { ...ada, email: "a@x.example" },
      sent: { email: "a@y.example" },
    },
    {
      by: "name and account, which Apollo does not compare",
      stored: { ...ada, account_id: id(3) },
      sent: { account_id: id(3) },
    },
    { by: "an address that is not one", stored: { first_name: "Ada" }, sent: { email: "not an address" } },
  ])("by $by", async ({ stored, sent }) => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(stored);

    const answer = await create(sandbox, { ...ada, ...sent, run_dedupe: true });

    expect(answer.dedupe_result).toBeUndefined();
    expect(sandbox.contacts()).toHaveLength(2);
  });

  it("by an address that has been overwritten since", async () => {
    const sandbox = await sandboxForTest();
    const { id: storedId } = sandbox.addContact({ email: "old@x.example" });
    await create(sandbox, { ...ada, id: storedId, email: "new@y.example", run_dedupe: true });

    const answer = await create(sandbox, {
      first_name: "Eve",
      last_name: "X",
      email: "old@x.example",
      run_dedupe: true,
    });

    expect(answer.dedupe_result).toBeUndefined();
  });
});

describe("where several rules would find a contact, the first one decides", () => {
  const candidates = {
    byId: { id: id(1) },
    byCrm: { hubspot_vid: "501" },
    byPerson: { person_id: id(2) },
    byEmail: { email: "ada@x.example" },
    byName: { ...ada, organization_name: "Engines" },
  };
  const sentFor = {
    byId: { id: id(1) },
    byCrm: { hubspot_vid: "501" },
    byPerson: { person_id: id(2) },
    byEmail: { email: "ada@x.example" },
    byName: { organization_name: "Engines" },
  };
  const order = ["byId", "byCrm", "byPerson", "byEmail", "byName"] as const;

  it.each(order.map((first, rank) => ({ first, rest: order.slice(rank) })))(
    "$first before the rules after it",
    async ({ first, rest }) => {
      const sandbox = await sandboxForTest();
      // The other way round, so that the order of creation cannot decide.
      const ids = new Map([...order].reverse().map((name) => [name, sandbox.addContact(candidates[name]).id]));

      const sent = Object.assign({}, ada, ...rest.map((name) => sentFor[name])) as object;
      const answer = await create(sandbox, { ...sent, run_dedupe: true });

      expect(answer.contact.id).toBe(ids.get(first));
    },
  );
});

it("where one rule finds several contacts, the oldest is taken, whichever trait it was found by", async () => {
  const sandbox = await sandboxForTest();
  const { id: oldest } = sandbox.addContact({ ...ada, organization_name: "Engines" });
  sandbox.addContact({ ...ada, email: "ada@x.example" });

  const sent = { ...ada, email: "byron@x.example", organization_name: "Engines" };
  const answer = await create(sandbox, { ...sent, run_dedupe: true });

  expect(answer.dedupe_result).toMatchObject({ match_reason: "name_and_company_match", existing_contact_id: oldest });
});

describe("without run_dedupe", () => {
  it.each([{}, { run_dedupe: false }, { run_dedupe: null }])("%j inserts every time", async (flag) => {
    const sandbox = await sandboxForTest();
    const lead = { ...ada, email: "ada@x.example", ...flag };

    const first = await create(sandbox, lead);
    const second = await create(sandbox, lead);

    expect(second.dedupe_result).toBeUndefined();
    expect(sandbox.contacts().map((contact) => contact.id)).toEqual([first.contact.id, second.contact.id]);
  });
});

it("merges strangers who share a placeholder for a name and a company", async () => {
  const sandbox = await sandboxForTest();
  const stranger = { first_name: "?", last_name: "?", organization_name: "Unknown", run_dedupe: true };

  await create(sandbox, { ...stranger, email: "one@x.example" });
  await create(sandbox, { ...stranger, email: "two@y.example" });

  expect(sandbox.contacts().map((contact) => contact.email)).toEqual(["two@y.example"]);
});
