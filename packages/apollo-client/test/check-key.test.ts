import { describe, expect, test } from "vitest";

import type { AttemptReport } from "@datafly/apollo-client";
import type { Outage } from "@datafly/apollo-sandbox";
import { closedPort, serverForTest } from "./support/http-server.js";
import { clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const health = '{"healthy":true,"is_logged_in":true}';

describe("checkKey", () => {
  test.each(["sandbox-key", "sandbox-key-without-scope"])("says that %s is valid", async (apiKey) => {
    const sandbox = await sandboxForTest({ plan: "free" });
    const { client } = clientOf({ url: sandbox.url, apiKey });

    const checked = await client.checkKey();

    expect(checked).toMatchObject({ valid: true, status: 200, attempts: 1 });
    expect(checked.headers.get("content-type")).toContain("json");
    expect(sandbox.usage().minute.used).toBe(0);
    expect(sandbox.contacts()).toEqual([]);
  });

  test("sends one GET with the key in its header, and no body", async () => {
    const { url, seen } = await serverForTest((response) => response.end(health));
    const { client } = clientOf({ url, apiKey: "my-key" });

    await client.checkKey();

    expect(seen).toMatchObject([
      {
        method: "GET",
        url: "/api/v1/auth/health",
        headers: { "x-api-key": "my-key", accept: "application/json" },
        body: "",
      },
    ]);
    expect(seen[0]?.headers).not.toHaveProperty("content-type");
  });

  test.each([
    ['{"healthy":true,"is_logged_in":true}', 200, true],
    ['{"is_logged_in":true,"more":[1]}', 200, true],
    ['{"healthy":true,"is_logged_in":false}', 200, false],
    ['{"healthy":true,"is_logged_in":true}', 203, false],
  ])("of an answer of %s with a status of %i is valid: %s", async (body, status, valid) => {
    const { url } = await serverForTest((response) => response.writeHead(status).end(body));
    const { client } = clientOf({ url, apiKey: "key" });

    expect(await client.checkKey()).toMatchObject({ valid, status });
  });

  test.each([
    "{}",
    '{"healthy":true}',
    '{"is_logged_in":"true"}',
    '{"is_logged_in":1}',
    "null",
    "[]",
    "<p>Log in</p>",
    "",
  ])("does not take an answer of %j for one of Apollo's", async (body) => {
    const { url, seen } = await serverForTest((response) => response.end(body));
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = (await errorOf(client.checkKey())) as Error;

    expect(thrown).toMatchObject({ name: "UnexpectedResponseError", maybeDelivered: false, attempts: 3 });
    expect(thrown.message).toContain("it does not say whether the key is valid. Is a proxy");
    expect(seen).toHaveLength(3);
  });

  test("throws an AuthenticationError for a key that Apollo refuses, without a retry", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: sandbox.url, apiKey: "unknown" });

    await expect(client.checkKey()).rejects.toMatchObject({
      name: "AuthenticationError",
      status: 401,
      attempts: 1,
      maybeDelivered: false,
    });
  });
});

describe("a check that fails", () => {
  test.each<[Outage, string]>([
    [{ status: 500 }, "ServerError"],
    [{ status: 503 }, "ServerError"],
    [{ status: 408 }, "ApolloApiError"],
    [{ status: 429 }, "RateLimitError"],
  ])("with an outage of %j is retried, since it writes nothing", async (outage, name) => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox);
    sandbox.startOutage(outage);

    const thrown = await errorOf(client.checkKey());

    expect(thrown).toMatchObject({ name, attempts: 3, maybeDelivered: false });
    expect(waits).toEqual([250, 500]);
    sandbox.endOutage();
    expect(await client.checkKey()).toMatchObject({ valid: true, attempts: 1 });
  });

  test("once succeeds with the retry", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage({ retryAfter: 6 });
    const waits: number[] = [];
    const { client } = clientOf(sandbox, {
      runtime: {
        sleep: (ms) => {
          waits.push(ms);
          sandbox.endOutage();
          return Promise.resolve();
        },
      },
    });

    expect(await client.checkKey()).toMatchObject({ valid: true, attempts: 2 });
    expect(waits).toEqual([6000]);
  });

  test.each([
    ["a connection that is lost", "ConnectionError", (url: string) => url],
    ["a connection that is refused", "ConnectionError", async () => `http://127.0.0.1:${await closedPort()}`],
  ])("for %s is retried, and says that nothing was written", async (_, name, baseUrl) => {
    const { url } = await serverForTest((response) => response.destroy());
    const { client } = clientOf({ url: await baseUrl(url), apiKey: "key" });

    const thrown = (await errorOf(client.checkKey())) as Error;

    expect(thrown).toMatchObject({ name, attempts: 3, maybeDelivered: false });
    expect(thrown.message).toMatch(/Nothing was written\.$/);
  });

  test("for an answer that does not come to its end in time is retried, and says that nothing was written", async () => {
    const { url } = await serverForTest((response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"is_logged');
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = (await errorOf(client.checkKey({ timeoutMs: 100, maxRetries: 1 }))) as Error;

    expect(thrown).toMatchObject({ name: "TimeoutError", attempts: 2, maybeDelivered: false });
    expect(thrown.message).toMatch(/within 100 ms\. Nothing was written\.$/);
  });

  test("by its caller's signal says that nothing was written", async () => {
    const controller = new AbortController();
    const { url } = await serverForTest(() => {
      controller.abort();
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = (await errorOf(client.checkKey({ signal: controller.signal }))) as Error;

    expect(thrown).toMatchObject({ name: "RequestAbortedError", attempts: 1, maybeDelivered: false });
    expect(thrown.message).toBe("The call was aborted by its caller. Nothing was written.");
  });

  test.each([300, 400, 401, 402, 403, 404, 408, 409, 418, 422, 429, 500, 503])(
    "with %i never says that a contact is concerned",
    async (status) => {
      const { url } = await serverForTest((response) => response.writeHead(status).end());
      const { client } = clientOf({ url, apiKey: "key" });

      const thrown = (await errorOf(client.checkKey({ maxRetries: 0 }))) as Error;

      expect(thrown).toMatchObject({ status, maybeDelivered: false });
      expect(thrown.message).not.toMatch(/the contact|may have written|first_name|api\/v1\/contacts/);
    },
  );

  test("with 404 names its own path", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: sandbox.url.replace("/api/v1", "/v1"), apiKey: sandbox.apiKey });

    await expect(client.checkKey()).rejects.toThrow("targets /api/v1/auth/health (with the /api segment)");
  });

  test("does not follow a redirect: the key does not leave", async () => {
    const elsewhere = await serverForTest((response) => response.end(health));
    const { url } = await serverForTest((response) => response.writeHead(302, { location: elsewhere.url }).end());
    const { client } = clientOf({ url, apiKey: "key" });

    await expect(client.checkKey()).rejects.toMatchObject({ name: "RedirectError", attempts: 1 });
    expect(elsewhere.seen).toEqual([]);
  });

  test("because an option is wrong throws a TypeError, and sends nothing", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    await expect(client.checkKey({ retries: 3 } as never)).rejects.toThrow(TypeError);
    expect(sandbox.requests()).toEqual([]);
  });
});

test("a check is reported by its own path", async () => {
  const sandbox = await sandboxForTest();
  const reports: AttemptReport[] = [];
  const { client } = clientOf(sandbox, { onAttempt: (report) => reports.push(report) });

  await client.checkKey();

  expect(reports).toMatchObject([{ method: "GET", path: "/auth/health", attempt: 1, result: "success", status: 200 }]);
});
