import { getEventListeners } from "node:events";

import { describe, expect, test } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

describe("the time-out", () => {
  test("bounds the wait for the headers", async () => {
    const { url } = await serverForTest(() => undefined);
    const { client } = clientOf({ url, apiKey: "key" }, { timeoutMs: 50 });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "TimeoutError", maybeDelivered: true });
  });

  test("bounds the whole answer, a body that stalls included", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    sandbox.failNext({ kind: "stall" });

    await expect(client.contacts.create(ada, { timeoutMs: 100 })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("bounds a fetch that does not listen to its signal", async () => {
    const client = createApolloClient({ apiKey: "key", timeoutMs: 20, fetch: () => new Promise(() => undefined) });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "TimeoutError" });
  });
});

describe("the caller's signal", () => {
  test("that is aborted already: nothing is sent, and the error says so", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    const thrown = await errorOf(client.contacts.create(ada, { signal: AbortSignal.abort() }));

    expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered: false });
    expect(sandbox.requests()).toEqual([]);
  });

  test("that is aborted while the call is in the air: the contact may have been written", async () => {
    const abort = new AbortController();
    const { url } = await serverForTest(() => {
      abort.abort();
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }, { signal: abort.signal }));

    expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered: true, attempts: 1 });
  });

  test.each([
    [{ kind: "status", status: 429, headers: { "retry-after": "30" } }, false],
    [{ kind: "status", status: 503, headers: { "retry-after": "30" } }, true],
  ] as const)(
    "that is aborted while a repeat is waited for ends the wait at once: %j",
    async (fault, maybeDelivered) => {
      const sandbox = await sandboxForTest();
      const abort = new AbortController();
      // Given the real sleep, which would take 30 seconds
      const client = createApolloClient({
        apiKey: sandbox.apiKey,
        baseUrl: sandbox.url,
        logger: { debug: () => undefined, warn: () => setImmediate(() => { abort.abort(); }) }, // prettier-ignore
      });
      sandbox.failNext(fault);

      const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }, { signal: abort.signal }));

      expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered, attempts: 1 });
      expect(sandbox.requests()).toHaveLength(1);
    },
  );

  test("collects no listeners, however many calls it is part of", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    const { signal } = new AbortController();
    sandbox.failNext({ kind: "status", status: 503 });

    for (let i = 0; i < 5; i++) await client.contacts.create({ ...ada, run_dedupe: true }, { signal });

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
