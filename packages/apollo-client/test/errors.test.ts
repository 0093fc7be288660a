import { describe, expect, test } from "vitest";

import { ApolloApiError, ApolloError, isApolloError, RateLimitError, type FetchInit } from "@datafly/apollo-client";
import { closedPort, serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const maybeWritten = "Apollo may have written the contact; a retry is harmless only with run_dedupe: true.";
const maybeWrittenOnce = "Apollo may have written the contact; a retry is harmless with run_dedupe: true, as here.";

describe("the documented table of troubleshooting", () => {
  test("401: an unknown key. The answer is plain text, and comes without a quota", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: sandbox.url, apiKey: "wrong" });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({
      name: "AuthenticationError",
      status: 401,
      apolloMessage: expect.stringMatching(/^Invalid API key/) as string,
      message: expect.stringContaining(
        "Recreate the key in Apollo with the Create a Contact endpoint enabled.",
      ) as string,
      rateLimit: { minute: null, hour: null, day: null },
    });
  });

  test("403: a key without the Create a Contact scope", async () => {
    const sandbox = await sandboxForTest({ plan: "free" });
    const { client } = clientOf({ url: sandbox.url, apiKey: "sandbox-key-without-scope" });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({
      name: "PermissionDeniedError",
      status: 403,
      code: "API_INACCESSIBLE",
      message: expect.stringContaining("Create a Contact") as string,
      rateLimit: { minute: null, hour: null, day: null },
    });
  });

  test("403: a plan without API access is a matter of the plan, not of the key", async () => {
    const sandbox = await sandboxForTest({ planWithoutApi: true });
    const { client } = clientOf(sandbox);

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({
      name: "PaymentRequiredError",
      status: 403,
      attempts: 1,
      maybeDelivered: false,
      apolloMessage: expect.stringContaining("paid plans") as string,
      message: expect.stringMatching(/^The Apollo plan has no API access \(403\)\./) as string,
    });
  });

  test("402: a plan that has to be paid for", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status: 402 });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({
      name: "PaymentRequiredError",
      message: expect.stringMatching(/^The Apollo plan has to be paid for \(402\)\./) as string,
    });
  });

  test("422: a request whose key a proxy removed is a matter of the key, not of the contact", async () => {
    const sandbox = await sandboxForTest();
    const fetch = (url: string, init: FetchInit) =>
      globalThis.fetch(url, { ...init, headers: { ...init.headers, "X-Api-Key": "" } });
    const { client } = clientOf(sandbox, { fetch });

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(thrown).toMatchObject({
      name: "AuthenticationError",
      status: 422,
      attempts: 1,
      maybeDelivered: false,
      apolloMessage: "Api key required",
      message: expect.stringMatching(/^Apollo got no API key \(422\)\./) as string,
    });
  });

  test("404: a base URL without the /api segment", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: sandbox.url.replace("/api/v1", "/v1"), apiKey: sandbox.apiKey });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({
      name: "NotFoundError",
      status: 404,
      message: expect.stringContaining("(with the /api segment)") as string,
    });
  });

  test.each([{ last_name: "Byron" }, { first_name: "Ada" }, {}])(
    "422: a contact of %j, without both names",
    async (contact) => {
      const sandbox = await sandboxForTest();
      const { client } = clientOf(sandbox);

      const thrown = await errorOf(client.contacts.create(contact as never));

      expect(thrown).toMatchObject({
        name: "InvalidRequestError",
        status: 422,
        maybeDelivered: false,
        message: expect.stringContaining("first_name and last_name") as string,
      });
      expect(sandbox.contacts()).toEqual([]);
    },
  );

  test("429: the minute is used up", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 1, hour: null, day: 100 } });
    const { client } = clientOf(sandbox, { maxRetries: 0 });
    await client.contacts.create(ada);

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toBeInstanceOf(RateLimitError);
    expect(thrown).toMatchObject({
      status: 429,
      maybeDelivered: false,
      message: expect.stringContaining("raise the limit on your Apollo plan if it persists") as string,
      apolloMessage: expect.stringContaining("1 times per minute") as string,
      rateLimit: { minute: { limit: 1, used: 1, left: 0 }, hour: null, day: { limit: 100, used: 1, left: 99 } },
    });
    expect((thrown as RateLimitError).retryAfterMs).toBeGreaterThan(0);
  });
});

describe("an answer that speaks of the key or the plan is recognised by its status and its form", () => {
  test.each([
    [422, '{"error":"Api key required"}', "AuthenticationError"],
    [422, '{"error":" API  Key\\nrequired. "}', "AuthenticationError"],
    [422, '{"error":"api key is required","message":null}', "AuthenticationError"],
    [403, '{"message":"This endpoint is only available to Apollo users on paid plans."}', "PaymentRequiredError"],
    [403, '{"message":"Only available on a PAID\\n plan","error":null}', "PaymentRequiredError"],
    // The status is another one.
    [400, '{"error":"Api key required"}', "InvalidRequestError"],
    [422, '{"message":"Only available to Apollo users on paid plans."}', "InvalidRequestError"],
    // The text is a value of the contact.
    [422, '{"error":"Parameters misconfigured. Api key required is not a valid ID"}', "InvalidRequestError"],
    [422, '{"error":"Api key required is not a valid ID"}', "InvalidRequestError"],
    [422, '{"error":"title is too long: Api key required"}', "InvalidRequestError"],
    [422, '{"error":"Invalid title","value":"Api key required"}', "InvalidRequestError"],
    [422, '{"errors":["Api key required"]}', "InvalidRequestError"],
    [422, '{"message":"Api key required"}', "InvalidRequestError"],
    [422, '{"error":"Api key required","message":"The title is not allowed."}', "InvalidRequestError"],
    [422, '"Api key required"', "InvalidRequestError"],
    [422, "Api key required", "InvalidRequestError"],
    // The key lacks the scope, whatever else the answer says of plans.
    [403, '{"error":"No access.","error_code":"API_INACCESSIBLE"}', "PermissionDeniedError"],
    [403, '{"message":"Only on paid plans.","error_code":"API_INACCESSIBLE"}', "PermissionDeniedError"],
    [403, '{"message":"Only on paid plans.","error":"No access."}', "PermissionDeniedError"],
    [403, '{"message":"Forbidden"}', "PermissionDeniedError"],
    [403, '{"message":"Unpaid planners."}', "PermissionDeniedError"],
    [403, "<p>Forbidden on paid plans</p>", "PermissionDeniedError"],
  ])("%i %s is a %s", async (status, body, name) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body);
    });
    const { client } = clientOf({ url, apiKey: "key" });

    await expect(client.contacts.create({ ...ada, run_dedupe: true })).rejects.toMatchObject({ name, attempts: 1 });
  });
});

describe("every error", () => {
  test("is an ApolloError, has a literal name, and can be told by isApolloError", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox, { maxRetries: 0 });
    sandbox.failNext({ kind: "status", status: 418, body: { message: "short and stout", error_code: "TEAPOT" } });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toBeInstanceOf(ApolloError);
    expect(thrown).toBeInstanceOf(ApolloApiError);
    expect(isApolloError(thrown)).toBe(true);
    expect(thrown).toMatchObject({ name: "ApolloApiError", code: "TEAPOT", apolloMessage: "short and stout" });
  });

  test("of another copy of this package is told by isApolloError too; other errors are not", () => {
    const foreign = Object.assign(new Error("…"), { name: "TimeoutError", maybeDelivered: true });
    expect(isApolloError(foreign)).toBe(true);

    expect(isApolloError(new Error("…"))).toBe(false);
    expect(isApolloError(new DOMException("…", "TimeoutError"))).toBe(false);
    expect(isApolloError({ name: "TimeoutError", maybeDelivered: true })).toBe(false);
    expect(isApolloError(undefined)).toBe(false);
  });

  test.each([408, 500, 503])("of %i without a repeat says that the contact may have been written", async (status) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({ maybeDelivered: true, message: expect.stringContaining(maybeWritten) as string });
  });

  test.each([400, 401, 402, 403, 404, 422, 429])(
    "of %i says that the contact may have been written where an earlier attempt may have, and only there",
    async (status) => {
      const sandbox = await sandboxForTest();
      const { client } = clientOf(sandbox, { maxRetries: 1 });

      sandbox.failNext({ kind: "status", status });
      sandbox.failNext({ kind: "status", status });
      const refused = (await errorOf(client.contacts.create(ada))) as Error;
      sandbox.reset();
      sandbox.failNext({ kind: "reset", written: true });
      sandbox.failNext({ kind: "status", status });
      const after = (await errorOf(client.contacts.create({ ...ada, run_dedupe: true }))) as Error;

      expect(refused).toMatchObject({ maybeDelivered: false });
      expect(refused.message).not.toContain(maybeWrittenOnce);
      expect(after).toMatchObject({ status, attempts: 2, maybeDelivered: true });
      expect(after.message).toContain(maybeWrittenOnce);
    },
  );

  test.each([
    ["message goes before error", '{"message":"short","error":"long"}', "short"],
    ["a blank message gives way", '{"message":" ","error":"long"}', "long"],
    ["a message that is no text gives way", '{"message":{"en":"short"},"error":"long"}', "long"],
    ["an error may be an object with a message", '{"error":{"message":"long","code":7}}', "long"],
    ["an object may hold the error, too", '{"error":{"error":"long"}}', "long"],
    ["errors may be a list", '{"errors":["one","",null,"two"]}', "one, two"],
    ["errors may be a list of objects", '{"errors":[{"message":"one"},{"message":" two "}]}', "one, two"],
    ["an error may be a list", '{"error":["one",{"message":"two"}]}', "one, two"],
    ["a message may be a list", '{"message":["one"],"error":"long"}', "one"],
    ["message goes before errors", '{"errors":["one"],"message":"short"}', "short"],
    ["an empty list gives way", '{"error":[],"errors":["one"]}', "one"],
    ["what is nested too deeply says nothing", '{"error":[[[["deep"]]]]}', undefined],
    ["a long list is cut", JSON.stringify({ errors: Array(20).fill("x") }), Array(10).fill("x").join(", ")],
    ["JSON that is no object says nothing", "null", undefined],
    ["a page says nothing", "<p>no</p>", undefined],
  ])("tells what Apollo said: %s", async (_, body, said) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(418, { "content-type": "application/json" });
      response.end(body);
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = (await errorOf(client.contacts.create(ada))) as ApolloApiError;

    expect(thrown.apolloMessage).toBe(said);
    expect(thrown.message).toBe(
      `Apollo did not accept the call (418).${said === undefined ? "" : ` Apollo says: ${said}`}`,
    );
  });

  test.each([
    [{ "retry-after": "90" }, "Apollo rate limit hit (429). Retry in 90 s; raise the limit"],
    [{}, "Apollo rate limit hit (429). Retry later; raise the limit"],
  ])("of 429 with headers of %j says when to retry", async (headers, words) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox, { maxRetries: 0 });
    sandbox.failNext({ kind: "status", status: 429, headers });

    await expect(client.contacts.create(ada)).rejects.toThrow(words);
  });

  test("without an answer holds what fetch threw: its name and words, and no stack", async () => {
    const fetch = () =>
      Promise.reject(
        new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) }),
      );
    const { client } = clientOf({ url: "http://127.0.0.1", apiKey: "key" }, { fetch });

    const { cause } = (await errorOf(client.contacts.create(ada))) as Error;

    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ name: "Error", message: "read ECONNRESET" });
    expect(cause).not.toHaveProperty("stack");
  });

  test("with an answer has no cause", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    expect(await errorOf(client.contacts.create({} as never))).not.toHaveProperty("cause");
  });

  test("without an answer says which of the two it is", async () => {
    const never = clientOf({ url: `http://127.0.0.1:${await closedPort()}`, apiKey: "key" }, { maxRetries: 0 });
    const { url } = await serverForTest((response) => response.destroy());
    const lost = clientOf({ url, apiKey: "key" }, { maxRetries: 0 });

    expect((await errorOf(never.client.contacts.create(ada))) as Error).toMatchObject({
      message: expect.stringMatching(/^Could not connect to .* Nothing was written\.$/) as string,
    });
    const { message } = (await errorOf(lost.client.contacts.create(ada))) as Error;
    expect(message).toMatch(/^The connection to .* was lost before a whole answer came\. /);
    expect(message).toContain(maybeWritten);
  });

  test("can be written as JSON, with its message and without its stack", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    const json = JSON.stringify(await errorOf(client.contacts.create({} as never)));

    expect(JSON.parse(json)).toMatchObject({
      name: "InvalidRequestError",
      status: 422,
      attempts: 1,
      maybeDelivered: false,
    });
    expect(json).toContain("first_name and last_name");
    expect(json).not.toContain("stack");
  });

  test("bounds what it keeps of an answer, and lets nothing through that could confuse a terminal", async () => {
    const { url } = await serverForTest((response) => {
      response.writeHead(422, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: `\u001b[31mred\nalert ${"x".repeat(100_000)}` }));
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = (await errorOf(client.contacts.create(ada))) as ApolloApiError;

    expect(thrown.body).toHaveLength(4096);
    expect(thrown.apolloMessage).toHaveLength(500);
    expect(thrown.apolloMessage).toMatch(/^\[31mred alert x+…$/);
    expect(thrown.message).not.toMatch(/\p{Cc}/u);
  });

  test("tells what is certain from the status alone, where the body of a refusal breaks off", async () => {
    const { url } = await serverForTest((response) => {
      response.writeHead(422, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"error":');
      setImmediate(() => response.destroy());
    });
    const { client } = clientOf({ url, apiKey: "key" });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({
      name: "InvalidRequestError",
      maybeDelivered: false,
    });
  });
});

describe("an answer of 200", () => {
  test.each([
    ["no contact", "{}"],
    ["a contact without an id", '{"contact":{}}'],
    ["a contact with an id that is no text", '{"contact":{"id":7}}'],
    ["a contact with an empty id", '{"contact":{"id":""}}'],
    ["no contact but null", '{"contact":null}'],
    ["a list", "[]"],
    ["null", "null"],
    ["a text", '"ok"'],
    ["half a contact", '{"contact":{"id":"66f1c0'],
    ["a page", "<!doctype html><title>Please log in</title>"],
  ])("that holds %s is not success", async (_, body) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(body);
    });
    const { client } = clientOf({ url, apiKey: "key" });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({
      name: "UnexpectedResponseError",
      status: 200,
      body,
      maybeDelivered: true,
      attempts: 1,
    });
  });

  test("that is larger than any contact is not read to its end", async () => {
    const { url } = await serverForTest((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const flood = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", flood);
      flood();
    });
    const { client } = clientOf({ url, apiKey: "key" });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "UnexpectedResponseError" });
  });

  test("whose characters are split between two chunks is put together", async () => {
    const bytes = new TextEncoder().encode('{"contact":{"id":"1","first_name":"Zoë 李"}}');
    // Over HTTP, two chunks may come as one.
    const body = new ReadableStream({
      start(chunks) {
        chunks.enqueue(bytes.subarray(0, 38));
        chunks.enqueue(bytes.subarray(38));
        chunks.close();
      },
    });
    const { client } = clientOf(
      { url: "http://127.0.0.1", apiKey: "key" },
      { fetch: () => Promise.resolve(new Response(body)) },
    );

    expect(new TextDecoder().decode(bytes.subarray(0, 38))).toContain("\ufffd");
    expect(await client.contacts.create(ada)).toMatchObject({ contact: { first_name: "Zoë 李" } });
  });

  test.each(['"none"', "{}", "null"])("with labels of %s is success all the same", async (labels) => {
    const { url } = await serverForTest((response) => response.end(`{"contact":{"id":"1"},"labels":${labels}}`));
    const { client } = clientOf({ url, apiKey: "key" });

    expect(await client.contacts.create(ada)).toMatchObject({ labels: [] });
  });

  test("that holds no more than the id is success", async () => {
    const { url } = await serverForTest((response) => {
      response.end('{"contact":{"id":"66f1c0ffee0000000000a001"}}');
    });
    const { client } = clientOf({ url, apiKey: "key" });

    expect(await client.contacts.create(ada)).toMatchObject({
      contact: { id: "66f1c0ffee0000000000a001" },
      labels: [],
      dedupeResult: null,
      rateLimit: { minute: null, hour: null, day: null },
      status: 200,
      attempts: 1,
    });
  });
});

test.each([300, 301, 307])(
  "a redirect of %i is not followed: neither the key nor the contact goes away",
  async (status) => {
    const elsewhere = await serverForTest((response) => response.end());
    const { url } = await serverForTest((response) => {
      response.writeHead(status, { location: elsewhere.url });
      response.end();
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(thrown).toMatchObject({ name: "RedirectError", status, attempts: 1, maybeDelivered: false });
    expect((thrown as Error).message).toContain(elsewhere.url);
    expect(elsewhere.seen).toEqual([]);
  },
);
