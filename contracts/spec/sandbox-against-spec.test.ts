// The description from the other side: whatever is sent, the sandbox answers as the description declares.
import { startSandbox, type Sandbox } from "@datafly/apollo-sandbox";
import fc from "fast-check";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import {
  ADD_TO_LISTS,
  additionSchema,
  apolloSpec,
  CHECK_KEY,
  observe,
  requestSchema,
  requestViolations,
  specViolations,
} from "../../packages/apollo-client/test/support/spec-conformance.js";
import { arbitraryOf } from "./schema-arbitrary.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
});
afterAll(() => sandbox.close());

const fitting = arbitraryOf(requestSchema, apolloSpec) as fc.Arbitrary<Record<string, unknown>>;
const name = fc.stringMatching(/^[A-Za-zÀ-ž' -]*[A-Za-z]$/);
const complete = fc
  .tuple(fitting, name, name)
  .map(([contact, first_name, last_name]) => ({ ...contact, first_name, last_name }));

/** Bodies that are near a request and yet not one, and some that are far from it. */
const unfitting = fc.oneof(
  fc
    .tuple(complete, fc.constantFrom(...Object.keys(requestSchema.properties as object)), fc.jsonValue())
    .map(([contact, field, value]) => ({ ...contact, [field]: value })),
  fc.tuple(complete, fc.string(), fc.jsonValue()).map(([contact, field, value]) => ({ ...contact, [field]: value })),
  fc.jsonValue(),
);

function post(body: string, headers: Record<string, string> = {}, query = ""): Promise<Response> {
  return fetch(`${sandbox.url}/contacts${query}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": sandbox.apiKey, ...headers },
    body,
  });
}

test("what is made of the schema does fit it", () => {
  fc.assert(
    fc.property(fitting, (contact) => {
      expect(requestViolations(contact)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a request that fits, with both names, is answered with 200 and a contact", async () => {
  await fc.assert(
    fc.asyncProperty(complete, async (contact) => {
      const answer = await observe(await post(JSON.stringify(contact)));
      expect(answer.status).toBe(200);
      expect(specViolations(answer)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("a request that fits, without both names, is answered with 422", async () => {
  await fc.assert(
    fc.asyncProperty(complete, fc.constantFrom("first_name", "last_name"), async (contact, missing) => {
      const answer = await observe(await post(JSON.stringify({ ...contact, [missing]: undefined })));
      expect(answer.status).toBe(422);
      expect(specViolations(answer)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test("a request that does not fit is answered as the description declares", async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(unfitting, async (body) => {
      const answer = await observe(await post(JSON.stringify(body)));
      statuses.add(answer.status);
      expect([200, 400, 422]).toContain(answer.status);
      expect(specViolations(answer)).toEqual([]);
    }),
    { numRuns: 500 },
  );
  expect(statuses).toContain(422);
});

test("what is no JSON, has no key, or a wrong one, is answered as the description declares", async () => {
  const key = fc.constantFrom<Record<string, string>>(
    {},
    { "x-api-key": "" },
    { "x-api-key": "wrong" },
    { "x-api-key": "sandbox-key-without-scope" },
    { "content-type": "text/plain" },
  );
  const query = fc.constantFrom("", "?api_key=sandbox-key", "?page=1");
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.string(), key, query, async (body, headers, search) => {
      const answer = await observe(await post(body, headers, search));
      statuses.add(answer.status);
      expect(specViolations(answer)).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect([...statuses].sort()).toEqual(expect.arrayContaining([400, 401, 403, 422]));
});

test("any request to add contacts to lists is answered as the description declares", async () => {
  const id = sandbox.addContact({ first_name: "Ada", last_name: "Byron" }).id;
  const fits = arbitraryOf(additionSchema, apolloSpec) as fc.Arbitrary<Record<string, unknown>>;
  const request = { entity_ids: [id], label_names: ["Poets"], modality: "contacts" };
  const known = fits.map((fitting) => ({ ...fitting, ...request }));
  const field = fc.constantFrom("entity_ids", "label_names", "modality");
  const wrong = fc.tuple(field, fc.jsonValue()).map(([name, value]) => ({ ...request, [name]: value }));
  const body = fc.oneof(fits, known, wrong, fc.jsonValue());
  const key = fc.constantFrom(sandbox.apiKey, "sandbox-key-without-lists", "wrong", "");
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(body, key, async (sent, apiKey) => {
      const headers = { "content-type": "application/json", "x-api-key": apiKey };
      const url = `${sandbox.url}/labels/add_entity_ids_to_label_names`;
      const answer = await observe(await fetch(url, { method: "POST", headers, body: JSON.stringify(sent) }));
      statuses.add(answer.status);
      expect(specViolations(answer, ADD_TO_LISTS)).toEqual([]);
    }),
    { numRuns: 400 },
  );
  expect([...statuses].sort()).toEqual([200, 400, 401, 403, 422]);
});

test("a check of a key, of none or of a wrong one, is answered as the description declares", async () => {
  const headers = fc.constantFrom<Record<string, string>>(
    {},
    { "x-api-key": sandbox.apiKey },
    { "x-api-key": "sandbox-key-without-scope" },
    { "x-api-key": "wrong" },
    { authorization: `Bearer ${sandbox.apiKey}` },
  );
  const query = fc.constantFrom("", "?api_key=sandbox-key", "?page=1");
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(headers, query, async (some, search) => {
      const answer = await observe(await fetch(`${sandbox.url}/auth/health${search}`, { headers: some }));
      statuses.add(answer.status);
      expect(specViolations(answer, CHECK_KEY)).toEqual([]);
    }),
    { numRuns: 100 },
  );
  expect([...statuses].sort()).toEqual([200, 401, 422]);
});

test("a plan without API access is answered as the description declares", async () => {
  const poor = await startSandbox({ planWithoutApi: true });
  onTestFinished(() => poor.close());
  const headers = { "content-type": "application/json", "x-api-key": poor.apiKey };

  const answer = await observe(await fetch(`${poor.url}/contacts`, { method: "POST", headers, body: "{}" }));

  expect([answer.status, specViolations(answer)]).toEqual([403, []]);
});

test("an outage is answered as the description declares", async () => {
  for (const status of [500, 502, 503, 504]) {
    sandbox.startOutage({ status, retryAfter: 6 });
    const contact = await observe(await post("{}"));
    const check = await observe(await fetch(`${sandbox.url}/auth/health`));
    expect([contact.status, specViolations(contact)]).toEqual([status, []]);
    expect([check.status, specViolations(check, CHECK_KEY)]).toEqual([status, []]);
  }
  sandbox.endOutage();
});

test("a quota that is used up, and Apollo's own failures, are answered as the description declares", async () => {
  sandbox.usePlan({ minute: 0, hour: 0, day: 0 });
  const refused = await observe(await post('{"first_name":"Ada","last_name":"Byron"}'));
  sandbox.usePlan("unlimited");
  expect([refused.status, specViolations(refused)]).toEqual([429, []]);

  for (const status of [500, 502, 503, 504]) {
    sandbox.failNext({ kind: "html", status });
    sandbox.failNext({ kind: "status", status });
    for (const answer of [await observe(await post("{}")), await observe(await post("{}"))]) {
      expect([answer.status, specViolations(answer)]).toEqual([status, []]);
    }
  }
});
