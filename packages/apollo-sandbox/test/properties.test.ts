import fc from "fast-check";
import { expect, it } from "vitest";

import { create, post, sandboxForTest } from "./caller.js";

interface Lead {
  readonly first_name: string;
  readonly last_name: string;
  readonly email?: string;
  readonly organization_name?: string;
}

const lead: fc.Arbitrary<Lead> = fc.record(
  {
    first_name: fc.constantFrom("Ada", "ada", "Charles"),
    last_name: fc.constantFrom("Byron", "Babbage"),
    email: fc.constantFrom("a@x.example", "A@X.example", "b@x.example", "a@y.example"),
    organization_name: fc.constantFrom("Engines", "ENGINES", "Looms"),
  },
  { requiredKeys: ["first_name", "last_name"] },
);

const same = (a: string | undefined, b: string | undefined) => a !== undefined && a.toLowerCase() === b?.toLowerCase();
const domain = (email: string | undefined) => email?.replace(/^.*@/, "");

/** The rules once more, as one would tell them, over a plain list. */
function upsert(stored: Lead[], sent: Lead): void {
  const match =
    stored.find((contact) => same(contact.email, sent.email)) ??
    stored.find(
      (contact) =>
        same(contact.first_name, sent.first_name) &&
        same(contact.last_name, sent.last_name) &&
        (same(domain(contact.email), domain(sent.email)) || same(contact.organization_name, sent.organization_name)),
    );
  if (match === undefined) stored.push({ ...sent });
  else Object.assign(match, sent);
}

it("ends with the contacts that the rules say, whatever leads come in whatever order", async () => {
  const sandbox = await sandboxForTest({ plan: "unlimited" });
  await fc.assert(
    fc.asyncProperty(fc.array(lead, { maxLength: 12 }), async (leads) => {
      sandbox.reset();
      const model: Lead[] = [];
      for (const sent of leads) {
        await create(sandbox, { ...sent, run_dedupe: true });
        upsert(model, sent);
      }
      const expected = model.map((contact) => ({ email: null, organization_name: null, ...contact }));
      expect(sandbox.contacts()).toMatchObject(expected);
      expect(sandbox.contacts()).toHaveLength(model.length);
    }),
    { numRuns: 60 },
  );
});

const anyValue = fc.oneof(fc.jsonValue(), fc.constantFrom("", " ", null, [], {}, "Ada", "5f0000000000000000000001"));

/** Bodies that are close enough to right ones to come far. */
const parameters = fc.record(
  {
    first_name: fc.oneof({ weight: 9, arbitrary: fc.constant("Ada") }, { weight: 1, arbitrary: anyValue }),
    last_name: fc.oneof({ weight: 9, arbitrary: fc.constant("Byron") }, { weight: 1, arbitrary: anyValue }),
    email: fc.oneof(fc.emailAddress(), anyValue),
    title: anyValue,
    account_id: anyValue,
    contact_stage_id: anyValue,
    label_names: fc.oneof(fc.array(fc.string()), anyValue),
    mobile_phone: fc.oneof(fc.string(), anyValue),
    typed_custom_fields: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), anyValue),
    run_dedupe: fc.oneof(fc.boolean(), anyValue),
    id: anyValue,
  },
  { requiredKeys: ["first_name", "last_name"] },
);
const body = fc.oneof(
  { weight: 8, arbitrary: parameters.map((fields) => JSON.stringify(fields)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);
const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant("application/json") },
  { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/x-www-form-urlencoded") },
);

it("answers as the API's description says, and never fails itself, whatever is sent", async () => {
  const sandbox = await sandboxForTest({ plan: "unlimited" });
  await fc.assert(
    fc.asyncProperty(body, contentType, async (text, type) => {
      const before = sandbox.contacts().length;
      // `post` checks the answer against the description.
      const { status } = await post(sandbox, text, { "content-type": type });
      expect([200, 400, 422]).toContain(status);
      if (status !== 200) expect(sandbox.contacts()).toHaveLength(before);
    }),
    { numRuns: 300 },
  );
});
