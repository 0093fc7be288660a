import { expect, test, vi } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const created = '{"contact":{"id":"66f1c0ffee0000000000a001"}}';

test("on the wire there is one POST to /api/v1/contacts, with the key in its header and nowhere else", async () => {
  const { url, seen } = await serverForTest((response) => response.end(created));
  const { client } = clientOf({ url, apiKey: "the-key" });

  await client.contacts.create({ ...ada, label_names: ["Website demo form"], run_dedupe: true });

  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    method: "POST",
    url: "/api/v1/contacts",
    headers: {
      "x-api-key": "the-key",
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": expect.stringMatching(/^datafly-apollo-client\/\d+\.\d+\.\d+/) as string,
    },
  });
  expect(seen[0]?.headers).not.toHaveProperty("authorization");
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ ...ada, label_names: ["Website demo form"], run_dedupe: true });
  expect(seen[0]?.body).not.toContain("the-key");
});

test("fields that are left out are not sent; empty ones are, since they clear what Apollo has stored", async () => {
  const { url, seen } = await serverForTest((response) => response.end(created));
  const { client } = clientOf({ url, apiKey: "key" });

  await client.contacts.create({ ...ada, email: "" });

  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ ...ada, email: "" });
});

test("an answer of Apollo comes back typed, with the quota and the headers", async () => {
  const sandbox = await sandboxForTest({ plan: "free" });
  const { client } = clientOf(sandbox);
  await client.contacts.create({ ...ada, run_dedupe: true });

  const result = await client.contacts.create({ ...ada, title: "Countess", label_names: ["Poets"], run_dedupe: true });

  const [stored] = sandbox.contacts();
  expect(result.contact).toEqual(stored);
  expect(result).toMatchObject({
    contact: { title: "Countess", name: "Ada Byron" },
    labels: [{ name: "Poets" }],
    dedupeResult: { found_existing: true, match_reason: "email_match", existing_contact_id: stored?.id },
    rateLimit: {
      minute: { limit: 50, used: 2, left: 48 },
      hour: { limit: 200, used: 2, left: 198 },
      day: { limit: 600, used: 2, left: 598 },
    },
    status: 200,
    attempts: 1,
  });
  expect(result.headers.get("x-rate-limit-minute")).toBe("50");
});

test("the global fetch is looked up at each call, so that it can be replaced", async () => {
  const client = createApolloClient({ apiKey: "key" });
  const stub = vi.fn<typeof fetch>(() => Promise.resolve(new Response(created)));
  vi.stubGlobal("fetch", stub);

  await client.contacts.create(ada).finally(() => vi.unstubAllGlobals());

  expect(stub).toHaveBeenCalledExactlyOnceWith(
    "https://api.apollo.io/api/v1/contacts",
    expect.objectContaining({ method: "POST", redirect: "manual", body: JSON.stringify(ada) }),
  );
});

test("a redirect whose status the browser hides is a redirect all the same", async () => {
  const opaque = Object.defineProperties(new Response(null), {
    type: { value: "opaqueredirect" },
    status: { value: 0 },
    ok: { value: false },
  });
  const client = createApolloClient({ apiKey: "key", fetch: () => Promise.resolve(opaque) });

  expect(await errorOf(client.contacts.create(ada))).toMatchObject({ name: "RedirectError", status: 302 });
});

test("a status that is none proves nothing: the contact may have been written", async () => {
  const client = createApolloClient({ apiKey: "key", fetch: () => Promise.resolve(Response.error()) });

  expect(await errorOf(client.contacts.create(ada))).toMatchObject({
    name: "ServerError",
    status: 0,
    maybeDelivered: true,
  });
});

test.each([
  ["https://api.apollo.io/api/v1", "https://api.apollo.io/api/v1/contacts"],
  ["https://api.apollo.io/api/v1/", "https://api.apollo.io/api/v1/contacts"],
  ["http://127.0.0.1:4010/api/v1//", "http://127.0.0.1:4010/api/v1/contacts"],
])("base URL %s calls %s", async (baseUrl, called) => {
  const urls: string[] = [];
  const client = createApolloClient({
    apiKey: "key",
    baseUrl,
    fetch: (url) => {
      urls.push(url);
      return Promise.resolve(new Response(created));
    },
  });

  await client.contacts.create(ada);

  expect(urls).toEqual([called]);
});

test.each([
  [{ baseUrl: "api.apollo.io" }, /baseUrl must be an http or https URL/],
  [{ baseUrl: "ftp://api.apollo.io" }, /baseUrl must be an http or https URL/],
  [{ baseUrl: "https://user@api.apollo.io" }, /no user name/],
  [{ baseUrl: "https://:word@api.apollo.io" }, /no user name/],
  [{ baseUrl: "https://api.apollo.io#v1" }, /fragment/],
  [{ baseUrl: "https://api.apollo.io?api_key=x" }, /query/],
  [{ timeoutMs: 0 }, /timeoutMs must be a number from 1/],
  [{ timeoutMs: 2 ** 31 }, /timeoutMs must be a number from 1 to 2147483647/],
  [{ maxRetryAfterMs: 2 ** 31 }, /maxRetryAfterMs must be a number from 0 to 2147483647/],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, /timeoutMs must be a number/],
  [{ timeoutMs: "10" as unknown as number }, /timeoutMs must be a number/],
  [{ maxRetries: -1 }, /maxRetries must be a number from 0/],
  [{ maxRetries: 1.5 }, /maxRetries must be a whole number/],
  [{ maxRetryAfterMs: Number.NaN }, /maxRetryAfterMs must be a number/],
  [{ userAgent: "a\nb" }, /userAgent must be a line/],
])("options of %j are refused when the client is made", (options, message) => {
  expect(() => createApolloClient({ apiKey: "key", ...options })).toThrow(message);
});

test.each([{ timeoutMs: 1 }, { timeoutMs: 2 ** 31 - 1 }, { maxRetries: 0 }, { maxRetryAfterMs: 0 }])(
  "options of %j are as far as they go",
  (options) => {
    expect(() => createApolloClient({ apiKey: "key", ...options })).not.toThrow();
  },
);

test("a contact that cannot be written as JSON, or is none, is the caller's mistake, and nothing is sent", async () => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox);
  const circle: Record<string, unknown> = {};
  circle.title = circle;

  await expect(client.contacts.create(circle)).rejects.toThrow(TypeError);
  for (const none of [undefined, null, "Ada", []]) {
    await expect(client.contacts.create(none as never)).rejects.toThrow("contact must be an object");
  }
  expect(sandbox.requests()).toEqual([]);
});
