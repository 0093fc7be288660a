import { describe, expect, it } from "vitest";

import { ada, checkKey, post, sandboxForTest } from "./caller.js";

describe("GET /auth/health", () => {
  it.each([
    { which: "a key that may create contacts", key: "sandbox-key" },
    { which: "a key without any scope", key: "sandbox-key-without-scope" },
  ])("says of $which that it is valid", async ({ key }) => {
    const sandbox = await sandboxForTest();

    const answer = await checkKey(sandbox, { "x-api-key": key });

    expect(answer).toMatchObject({ status: 200, body: '{"healthy":true,"is_logged_in":true}' });
  });

  it("says so on a plan without API access, too", async () => {
    const sandbox = await sandboxForTest({ planWithoutApi: true });

    expect((await checkKey(sandbox)).status).toBe(200);
  });

  it.each<{ what: string; headers: Record<string, string>; status: number; body: RegExp }>([
    { what: "an unknown key", headers: { "x-api-key": "unknown" }, status: 401, body: /^Invalid API key/ },
    { what: "a bearer token", headers: { authorization: "Bearer sandbox-key" }, status: 401, body: /^Invalid API key/ },
    { what: "no key", headers: {}, status: 422, body: /^\{"error":"Api key required"\}$/ },
  ])("refuses $what with $status", async ({ headers, status, body }) => {
    const sandbox = await sandboxForTest();

    const answer = await checkKey(sandbox, headers);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(body);
  });

  it("costs no quota, and is answered when the quota is used up", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 1, hour: 1, day: 1 } });

    await checkKey(sandbox);
    expect(sandbox.usage().minute.used).toBe(0);
    await post(sandbox, ada);

    expect((await checkKey(sandbox)).status).toBe(200);
  });

  it("is in the request log, without the key", async () => {
    const sandbox = await sandboxForTest();

    await checkKey(sandbox);
    await checkKey(sandbox, { "x-api-key": "unknown" });

    expect(sandbox.requests()).toMatchObject([
      { method: "GET", path: "/api/v1/auth/health", body: null, status: 200, outcome: "checked" },
      { method: "GET", path: "/api/v1/auth/health", body: null, status: 401, outcome: "refused" },
    ]);
    expect(JSON.stringify(sandbox.requests())).not.toContain(sandbox.apiKey);
  });

  it("is not struck by a planted fault, which waits for a contact", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 503 });

    expect((await checkKey(sandbox)).status).toBe(200);
    expect((await post(sandbox, ada)).status).toBe(503);
  });
});
