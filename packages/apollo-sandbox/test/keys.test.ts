import { startSandbox, InvalidInputError } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, post, sandboxForTest } from "./caller.js";
import { observeConforming } from "../../apollo-client/test/support/spec-conformance.js";

const master = { keys: { "a-master-key": "master", "a-poor-key": "none" } } as const;

describe("a key", () => {
  it.each([
    { which: "the one that may create contacts", headers: {}, status: 200 },
    { which: "an unknown one", headers: { "x-api-key": "unknown-key" }, status: 401 },
    { which: "one without the scope", headers: { "x-api-key": "sandbox-key-without-scope" }, status: 403 },
  ])("in the header: $which gets $status", async ({ headers, status }) => {
    const sandbox = await sandboxForTest();
    const answer = await post(sandbox, ada, headers);
    expect(answer.status).toBe(status);
    expect(sandbox.contacts()).toHaveLength(status === 200 ? 1 : 0);
  });

  it.each([
    { what: "no key", headers: {}, status: 422, body: '{"error":"Api key required"}' },
    { what: "an empty key", headers: { "x-api-key": "" }, status: 422, body: '{"error":"Api key required"}' },
    {
      what: "an unknown bearer token alone",
      headers: { authorization: "Bearer unknown" },
      status: 401,
      body: "Invalid API key. It must be in the X-Api-Key header.",
    },
  ])("that is missing: $what gets $status", async ({ headers, status, body }) => {
    const sandbox = await sandboxForTest();

    const response = await fetch(`${sandbox.url}/contacts`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers } as Record<string, string>,
      body: JSON.stringify(ada),
    });

    expect(await observeConforming(response)).toMatchObject({ status, body });
    expect(sandbox.contacts()).toEqual([]);
  });

  it("with the master scope may create contacts", async () => {
    const sandbox = await sandboxForTest(master);
    expect(sandbox.apiKey).toBe("a-master-key");
    expect((await post(sandbox, ada)).status).toBe(200);
  });

  it("without the scope is told so in a way that programs understand", async () => {
    const sandbox = await sandboxForTest(master);
    const { body } = await post(sandbox, ada, { "x-api-key": "a-poor-key" });
    expect(JSON.parse(body)).toMatchObject({ error_code: "API_INACCESSIBLE", error: expect.any(String) as string });
  });
});

it("of a plan without API access is refused with 403 and a message alone, whatever its scope", async () => {
  const sandbox = await sandboxForTest({ planWithoutApi: true });

  for (const key of [sandbox.apiKey, "sandbox-key-without-scope"]) {
    const { status, body } = await post(sandbox, ada, { "x-api-key": key });
    expect([status, JSON.parse(body)]).toEqual([
      403,
      { message: "api/v1/contacts/create is only available to Apollo users on paid plans." },
    ]);
  }
  expect((await post(sandbox, ada, { "x-api-key": "unknown" })).status).toBe(401);
  sandbox.reset();
  expect((await post(sandbox, ada)).status).toBe(403);
});

describe("a key in the wrong place", () => {
  const key = "sandbox-key";
  it.each<{ place: string; query?: string; headers?: Record<string, string>; body?: object }>([
    { place: "as a bearer token", headers: { authorization: `Bearer ${key}` } },
    { place: "as the user of basic authentication", headers: { authorization: `basic  ${btoa(`${key}:`)}` } },
    { place: "as the password of basic authentication", headers: { authorization: `Basic ${btoa(`me:${key}`)}` } },
    { place: "in the query string as api_key", query: `?api_key=${key}` },
    { place: "in the query string as apiKey", query: "?apiKey=anything" },
    { place: "in the query string as x-api-key", query: "?x-api-key=" },
    { place: "in the query string under any name", query: `?q=1&token=${key}` },
    { place: "in the query string, percent-encoded", query: "?token=sandbox%2Dkey" },
    { place: "in the body", body: { api_key: key } },
    { place: "deep in the body", body: { typed_custom_fields: { note: [`the key is ${key}.`] } } },
    { place: "as a name in the body", body: { [key]: true } },
  ])("$place is refused, be it in the header too or not", async ({ query = "", headers = {}, body = {} }) => {
    const sandbox = await sandboxForTest();
    for (const rightOne of [{}, { "x-api-key": key }]) {
      const response = await fetch(`${sandbox.url}/contacts${query}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers, ...rightOne },
        body: JSON.stringify({ ...ada, ...body }),
      });
      const answer = await observeConforming(response);
      expect(answer.status).toBe(401);
      expect(answer.body).not.toContain(key);
    }
    expect(sandbox.contacts()).toEqual([]);
    expect(sandbox.usage().minute.used).toBe(0);
  });

  it("of digits is found where JSON has it as a number", async () => {
    const sandbox = await sandboxForTest({ keys: { "1234567": "master" } });
    const answer = await post(sandbox, '{"first_name":"Ada","last_name":"Byron","token":1234567}');
    expect(answer.status).toBe(401);
    expect(JSON.stringify(sandbox.requests())).not.toContain("1234567");
    expect((await post(sandbox, { ...ada, budget: 12345678 })).status).toBe(200);
  });

  it("is found in a body that is not JSON", async () => {
    const sandbox = await sandboxForTest();
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post(sandbox, `first_name=Ada&api_key=${sandbox.apiKey}`, form)).status).toBe(401);
    expect((await post(sandbox, `{"api_key":"${sandbox.apiKey}"`)).status).toBe(401);
  });
});

describe("refusals come in Apollo's order", () => {
  const quota = { minute: 0, hour: 0, day: 0 };
  const poor = "sandbox-key-without-scope";
  it.each([
    {
      first: "the missing key",
      headers: { "x-api-key": "" },
      options: { plan: quota, planWithoutApi: true },
      status: 422,
    },
    {
      first: "the unknown key",
      headers: { "x-api-key": "?" },
      options: { plan: quota, planWithoutApi: true },
      status: 401,
    },
    { first: "the plan", headers: { "x-api-key": poor }, options: { plan: quota, planWithoutApi: true }, status: 403 },
    { first: "the scope", headers: { "x-api-key": poor }, options: { plan: quota }, status: 403 },
    { first: "the quota", headers: {}, options: { plan: quota }, status: 429 },
  ] as const)("$first before all that comes after it", async ({ headers, options, status }) => {
    const sandbox = await sandboxForTest(options);

    const answer = await post(sandbox, "{", headers);

    expect(answer.status).toBe(status);
    const quotaHeaders = [...answer.headers.keys()].filter((name) => /rate|usage|left/.test(name));
    expect(quotaHeaders.length > 0).toBe(status === 429);
    expect(sandbox.usage().minute.used).toBe(0);
  });

  it("an unreadable body (400) and a missing name (422) come last, show the quota, and count", async () => {
    const sandbox = await sandboxForTest();

    const answers = [await post(sandbox, "{"), await post(sandbox, {})];

    expect(answers.map(({ status }) => status)).toEqual([400, 422]);
    expect(answers.map(({ headers }) => headers.get("x-minute-usage"))).toEqual(["1", "2"]);
  });
});

it("gives no quota headers before the key is known", async () => {
  const sandbox = await sandboxForTest();
  const { headers } = await post(sandbox, ada, { "x-api-key": "unknown-key" });
  expect([...headers.keys()].filter((name) => /rate|usage|left/.test(name))).toEqual([]);
});

describe("keys that a sandbox cannot be started with", () => {
  it.each([
    { keys: {}, complaint: "At least one key" },
    { keys: { "a-poor-key": "none" }, complaint: "At least one key" },
    { keys: { "": "master" }, complaint: "visible ASCII" },
    { keys: { "two words": "master" }, complaint: "visible ASCII" },
    {
      keys: { "a-key": "master", "b-key": "create" },
      complaint:
        'must be "contacts/create", "contacts/show", "labels/add_entity_ids_to_label_names", "master" or "none"',
    },
    {
      keys: { "a-key": ["master", "create"] },
      complaint:
        'must be "contacts/create", "contacts/show", "labels/add_entity_ids_to_label_names", "master" or "none"',
    },
    { keys: { "a-key": "contacts/show" }, complaint: "At least one key" },
    { keys: null, complaint: "keys must be an object" },
    { keys: ["a-key"], complaint: "keys must be an object" },
  ])("$keys", async ({ keys, complaint }) => {
    const start = startSandbox({ keys: keys as never });
    await expect(start).rejects.toThrow(InvalidInputError);
    await expect(start).rejects.toThrow(complaint);
  });
});
