import { describe, expect, test } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

describe("the raw client", () => {
  test("creates a contact, with the same key and the same retries", async () => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status: 503 });

    const { data, response } = await client.api.POST("/contacts", { body: { ...ada, run_dedupe: true } });

    expect({ ...data?.contact, website_url: null }).toEqual(sandbox.contacts()[0]);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("json");
    expect(waits).toEqual([250]);
  });

  test("checks a key", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    expect(await client.api.GET("/auth/health")).toMatchObject({ data: { is_logged_in: true } });
  });

  test.each([
    ["a 401", 401, "no", { name: "AuthenticationError" }],
    ["a 401 that breaks off", 401, undefined, { name: "AuthenticationError" }],
    ["an empty 500", 500, "", { name: "ServerError", maybeDelivered: true }],
    ["a 200 with a page", 200, "<p>secret</p>", { name: "UnexpectedResponseError", maybeDelivered: true }],
    ["an empty 200", 200, "", { name: "UnexpectedResponseError", maybeDelivered: true }],
    ["a 204", 204, "", { name: "UnexpectedResponseError", maybeDelivered: true }],
  ])("throws the same errors: of %s", async (_, status, body, expected) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(status, body === undefined ? { "content-length": 100 } : {});
      if (body !== undefined) response.end(body);
      else response.write("half", () => response.destroy());
    });
    const { client } = clientOf({ url, apiKey: "key" });

    expect(await errorOf(client.api.POST("/contacts", { body: ada }))).toMatchObject({
      ...expected,
      status,
      attempts: 1,
    });
    expect(await errorOf(client.contacts.create(ada))).toMatchObject({ ...expected, status, attempts: 1 });
  });

  test("takes the settings of a call", async () => {
    const { url, seen } = await serverForTest(() => undefined);
    const { client } = clientOf({ url, apiKey: "key" });
    const body = { ...ada, run_dedupe: true };

    const late = errorOf(client.api.POST("/contacts", { body, timeoutMs: 30, maxRetries: 1 }));
    expect(await late).toMatchObject({ name: "TimeoutError", attempts: 2 });
    const aborted = errorOf(client.api.POST("/contacts", { body, signal: AbortSignal.abort() }));
    expect(await aborted).toMatchObject({ name: "RequestAbortedError", attempts: 0 });
    const wrong = errorOf(client.api.POST("/contacts", { body, timeoutMs: "30" }));
    expect(await wrong).toEqual(new RangeError("timeoutMs must be a number from 1 to 2147483647, and not a text."));
    expect(seen).toHaveLength(2);
  });

  test("cannot replace the key, with headers or otherwise", async () => {
    const { url, seen } = await serverForTest((response) => response.end('{"is_logged_in":true}'));
    const { client } = clientOf({ url, apiKey: "the-key" });

    await client.api.GET("/auth/health", { headers: { "X-API-KEY": "evil", "x-trace": "1" } });

    expect(seen[0]?.headers).toMatchObject({ "x-api-key": "the-key", "x-trace": "1" });
  });

  test("reaches an operation that the description does not have, as a write that is not retried", async () => {
    const { url, seen } = await serverForTest((response, { method }) => {
      if (method === "PUT") response.writeHead(503).end();
      else response.end('{"fields":[]}');
    });
    const { client } = clientOf({ url, apiKey: "key" });
    const request = client.api.request as (method: string, path: string) => Promise<unknown>;

    expect(await request("get", "/fields")).toMatchObject({ data: { fields: [] } });
    expect(await errorOf(request("put", "/contacts/1"))).toMatchObject({
      name: "ServerError",
      attempts: 1,
      maybeDelivered: true,
      message: expect.stringContaining("Apollo may have carried out the call.") as string,
    });
    expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      "GET /api/v1/fields",
      "PUT /api/v1/contacts/1",
    ]);
  });

  test("takes middleware, which the client's own calls do not go through", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    const paths: string[] = [];
    client.api.use({ onRequest: ({ schemaPath }) => void paths.push(schemaPath) });

    await client.api.GET("/auth/health");
    await client.checkKey();

    expect(paths).toEqual(["/auth/health"]);
  });

  test("refuses a body that is not a text, and a request that is not its own", async () => {
    const sandbox = await sandboxForTest();
    const { api } = createApolloClient({ apiKey: sandbox.apiKey, baseUrl: sandbox.url });

    const form = api.POST("/contacts", { body: ada, bodySerializer: () => new FormData() });
    expect(await errorOf(form)).toEqual(new TypeError("the body of a request must be a text."));
    const foreign = api.POST("/contacts", { body: ada, Request });
    expect(await errorOf(foreign)).toEqual(new TypeError("the request must be made for this transport."));
    expect(sandbox.requests()).toEqual([]);
  });
});
