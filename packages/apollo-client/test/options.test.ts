import { getEventListeners } from "node:events";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createApolloClient, type AttemptReport } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const created = '{"contact":{"id":"66f1c0ffee0000000000a001"}}';
const deduplicated = { ...ada, run_dedupe: true };

describe("an apiKey function", () => {
  test("is asked once per attempt, so that a key can be rotated between two of them", async () => {
    const { url, seen } = await serverForTest((response, { headers }) => {
      response.writeHead(headers["x-api-key"] === "key-3" ? 200 : 503).end(created);
    });
    let turn = 0;
    const { client } = clientOf({ url, apiKey: "" }, { apiKey: () => Promise.resolve(`key-${++turn}`) });

    expect(await client.contacts.create(deduplicated)).toMatchObject({ attempts: 3 });
    expect(seen.map(({ headers }) => headers["x-api-key"])).toEqual(["key-1", "key-2", "key-3"]);
  });

  test("may return a key that is not a promise", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox, { apiKey: () => sandbox.apiKey });

    expect(await client.checkKey()).toMatchObject({ valid: true });
  });

  test("keeps its keys out of errors", async () => {
    const { url } = await serverForTest((response, { headers }) => {
      response.writeHead(500).end(`No: ${String(headers["x-api-key"])} after SECRET-1`);
    });
    let turn = 0;
    const { client } = clientOf({ url, apiKey: "" }, { apiKey: () => `SECRET-${++turn}` });

    const thrown = (await errorOf(client.contacts.create(deduplicated))) as { body: string };

    expect(thrown.body).toBe("No: [redacted] after [redacted]");
  });

  test.each<[string, () => never]>([
    ["throws", () => { throw new Error("vault sealed"); }], // prettier-ignore
    ["rejects", () => Promise.reject(new Error("vault sealed")) as never],
  ])("that %s is retried, since nothing was sent, and its error is the cause", async (_, apiKey) => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox, { apiKey });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({ name: "ApiKeyError", attempts: 3, maybeDelivered: false });
    expect((thrown as Error).message).toBe(
      "The apiKey function did not return a valid key within 30000 ms. Nothing was written.",
    );
    expect((thrown as Error).cause).toMatchObject({ message: "vault sealed" });
    expect(waits).toEqual([250, 500]);
    expect(sandbox.requests()).toEqual([]);
  });

  test.each(["", "MARKER key", "MARKER\n", undefined, 4711])(
    "that returns %j sends nothing, and the error does not repeat it",
    async (key) => {
      const sandbox = await sandboxForTest();
      const { client } = clientOf(sandbox, { apiKey: () => key as string, maxRetries: 0 });

      const thrown = (await errorOf(client.contacts.create(ada))) as Error;

      expect(thrown).toMatchObject({ name: "ApiKeyError", maybeDelivered: false, attempts: 1 });
      expect((thrown.cause as Error).message).toMatch(/^apiKey (?:is empty|contains)/);
      expect(String(thrown.cause)).not.toContain("MARKER");
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test("that never returns ends with the time-out, or with the caller's signal, and nothing was sent", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox, { apiKey: () => new Promise(() => undefined), maxRetries: 0 });

    expect(await errorOf(client.contacts.create(ada, { timeoutMs: 20 }))).toMatchObject({
      name: "ApiKeyError",
      maybeDelivered: false,
    });
    expect(await errorOf(client.contacts.create(ada, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      name: "RequestAbortedError",
      maybeDelivered: false,
      attempts: 0,
    });
    expect(sandbox.requests()).toEqual([]);
  });

  test("that fails after an attempt that may have been delivered does not hide that", async () => {
    const sandbox = await sandboxForTest();
    let turn = 0;
    const apiKey = () => (turn++ === 0 ? sandbox.apiKey : "");
    const { client } = clientOf(sandbox, { apiKey, maxRetries: 1 });
    sandbox.failNext({ kind: "reset", written: true });

    expect(await errorOf(client.contacts.create(deduplicated))).toMatchObject({
      name: "ApiKeyError",
      maybeDelivered: true,
      attempts: 2,
    });
  });
});

describe("headers", () => {
  test("go along with every request; those of a call replace those of the client", async () => {
    const { url, seen } = await serverForTest((response) => response.end(created));
    const { client } = clientOf({ url, apiKey: "key" }, { headers: { "X-Tenant": "a", "x-team": "b" } });

    await client.contacts.create(ada, { headers: { "x-TENANT": "c", traceparent: "00-1-2-01" } });
    await client.contacts.create(ada);

    expect(seen[0]?.headers).toMatchObject({ "x-tenant": "c", "x-team": "b", traceparent: "00-1-2-01" });
    expect(seen[1]?.headers).toMatchObject({ "x-tenant": "a", "x-team": "b" });
    expect(seen[1]?.headers).not.toHaveProperty("traceparent");
  });

  test.each<[unknown, string]>([
    [{ "X-API-Key": "evil" }, "headers must be without x-api-key, which the client sets."],
    [{ "content-type": "text/plain" }, "headers must be without content-type, which the client sets."],
    ...[{ "a b": "c" }, { "x-secret": "a\nb" }, { "x-secret": 5 }, { "x-secret": undefined }, null, ["a"], "a"].map(
      (headers): [unknown, string] => [headers, "headers must be an object of names and values of headers."],
    ),
  ])("of %j are refused, and nothing is sent", async (headers, message) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    expect(() => clientOf(sandbox, { headers: headers as never })).toThrow(new TypeError(message));
    expect(await errorOf(client.contacts.create(ada, { headers: headers as never }))).toEqual(new TypeError(message));
    expect(sandbox.requests()).toEqual([]);
  });
});

test("onAttempt receives a report of each attempt, with what came of it and how long the client waits", async () => {
  const sandbox = await sandboxForTest();
  const reports: AttemptReport[] = [];
  const { client } = clientOf(sandbox, { onAttempt: (report) => reports.push(report), runtime: { now: () => 7 } });
  sandbox.failNext({ kind: "reset", written: false });

  await client.contacts.create(deduplicated);

  const call = { method: "POST", path: "/contacts", startedAt: 7, durationMs: 0 };
  expect(reports).toStrictEqual([
    { ...call, attempt: 1, result: "lost", delayMs: 250 },
    { ...call, attempt: 2, result: "success", status: 200 },
  ]);
});

describe("a signal", () => {
  test.each([
    ["before the call", () => Promise.resolve()],
    ["while the call is in flight", () => new Promise((resolve) => setTimeout(resolve, 20))],
  ])("that is aborted %s has its reason as the cause", async (_, passed) => {
    const { url } = await serverForTest(() => undefined);
    const { client } = clientOf({ url, apiKey: "key" });
    const abort = new AbortController();
    const reason = { why: "the user left" };

    const aborted = passed().then(() => {
      abort.abort(reason);
    });
    if (_ === "before the call") await aborted;
    const thrown = (await errorOf(client.contacts.create(ada, { signal: abort.signal }))) as Error;

    expect(thrown).toMatchObject({ name: "RequestAbortedError" });
    expect(thrown.cause).toBe(reason);
  });

  test("that is aborted while a retry is waited for has its reason as the cause", async () => {
    const sandbox = await sandboxForTest();
    const abort = new AbortController();
    const client = createApolloClient({
      apiKey: sandbox.apiKey,
      baseUrl: sandbox.url,
      onAttempt: () => setImmediate(() => { abort.abort("enough"); }), // prettier-ignore
    });
    sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "30" } });

    const thrown = (await errorOf(client.contacts.create(ada, { signal: abort.signal }))) as Error;

    expect(thrown).toMatchObject({ name: "RequestAbortedError", cause: "enough", maybeDelivered: false });
  });

  test("that thirty calls share at a time makes no warning of a leak, and keeps no listener", async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on("warning", onWarning);
    onTestFinished(() => void process.off("warning", onWarning));
    const refused = new Set<unknown>();
    const { url, seen } = await serverForTest((response, { headers }) => {
      const call = headers["x-call"];
      response.writeHead(refused.has(call) ? 200 : 503).end(created);
      refused.add(call);
    });
    const { signal } = new AbortController();
    // The real sleep, which listens as well.
    const client = createApolloClient({ apiKey: "key", baseUrl: url, runtime: { random: () => 0.1 } });

    const calls = Array.from({ length: 30 }, (_, call) => ({ signal, headers: { "x-call": String(call) } }));
    await Promise.all(calls.map((options) => client.contacts.create(deduplicated, options)));
    await new Promise((resolve) => setImmediate(resolve));

    expect(seen).toHaveLength(60);
    expect(warnings).toEqual([]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("that is aborted ends each of the calls that share it", async () => {
    const { url } = await serverForTest(() => undefined);
    const { client } = clientOf({ url, apiKey: "key" });
    const abort = new AbortController();
    const calls = Array.from({ length: 5 }, () => errorOf(client.contacts.create(ada, { signal: abort.signal })));
    await vi.waitFor(() => {
      expect(getEventListeners(abort.signal, "abort")).toHaveLength(1);
    });

    abort.abort();

    for (const thrown of await Promise.all(calls)) expect(thrown).toMatchObject({ name: "RequestAbortedError" });
  });
});
