import { getEventListeners } from "node:events";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

function useFakeTimers() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

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

  test("ends a body that breaks off in words of its own when its signal is aborted", async () => {
    const fetch = (_url: string, { signal }: { readonly signal: AbortSignal }) => {
      const body = new ReadableStream({
        start: (controller) => {
          signal.addEventListener("abort", () => {
            controller.error(new Error("AbortError of its own"));
          });
        },
      });
      return Promise.resolve(new Response(body));
    };
    const client = createApolloClient({ apiKey: "key", timeoutMs: 20, fetch });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("comes through a body of empty parts, which never waits for anything", async () => {
    const fetch = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            pull: (controller) => {
              controller.enqueue(new Uint8Array(0));
            },
          }),
        ),
      );
    const client = createApolloClient({ apiKey: "key", timeoutMs: 20, fetch });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ maybeDelivered: true });
  });

  test("is 30 seconds where nothing else is said", async () => {
    useFakeTimers();
    const client = createApolloClient({ apiKey: "key", fetch: () => new Promise(() => undefined), maxRetries: 0 });
    const thrown = errorOf(client.contacts.create(ada));
    const settled = vi.fn();
    void thrown.then(settled);

    await vi.advanceTimersByTimeAsync(29_999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(await thrown).toMatchObject({
      name: "TimeoutError",
      message: expect.stringContaining("30000 ms") as string,
    });
  });

  test("leaves no timer behind, whatever the call came to", async () => {
    useFakeTimers();
    for (const status of [200, 422]) {
      const fetch = () => Promise.resolve(new Response('{"contact":{"id":"1"}}', { status }));
      await createApolloClient({ apiKey: "key", fetch })
        .contacts.create(ada)
        .catch(() => undefined);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test("ends the request: the server sees the connection close", async () => {
    const closed = vi.fn();
    const { url } = await serverForTest((response) => {
      response.on("close", closed);
      response.writeHead(200);
      response.write("{");
    });
    const { client } = clientOf({ url, apiKey: "key" }, { timeoutMs: 50 });

    await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "TimeoutError" });

    await vi.waitFor(() => {
      expect(closed).toHaveBeenCalledOnce();
    });
  });

  test.each(["time-out", "abort"])(
    "cancels the body of a fetch that does not listen to its signal: %s",
    async (how) => {
      const cancelled = vi.fn();
      const abort = new AbortController();
      const fetch = () => Promise.resolve(new Response(new ReadableStream({ cancel: cancelled })));
      const client = createApolloClient({ apiKey: "key", timeoutMs: how === "abort" ? 5000 : 30, fetch });
      if (how === "abort") setTimeout(() => { abort.abort(); }, 30); // prettier-ignore

      await expect(client.contacts.create(ada, { signal: abort.signal })).rejects.toMatchObject({
        maybeDelivered: true,
      });

      expect(cancelled).toHaveBeenCalledOnce();
    },
  );

  test.each([
    [401, {}, { name: "AuthenticationError", attempts: 1, maybeDelivered: false }],
    [
      429,
      { "retry-after": "90" },
      { name: "RateLimitError", attempts: 1, maybeDelivered: false, retryAfterMs: 90_000 },
    ],
    [503, { "retry-after": "90" }, { name: "ServerError", attempts: 1, maybeDelivered: true, retryAfterMs: 90_000 }],
  ])("of a body that stalls does not hide that its status was %i", async (status, headers, expected) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(status, headers);
      response.write('{"error":"half a');
    });
    const { client, waits } = clientOf({ url, apiKey: "key" }, { timeoutMs: 500 });

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(thrown).toMatchObject({ ...expected, status, body: '{"error":"half a' });
    expect(waits).toEqual([]);
  });

  test("of a body that stalls does not keep a 429 from being repeated after what it asks for", async () => {
    let calls = 0;
    const { url } = await serverForTest((response) => {
      response.writeHead(calls++ === 0 ? 429 : 200, { "retry-after": "7" });
      if (calls === 1) response.write("{");
      else response.end('{"contact":{"id":"66f1c0ffee0000000000a001"}}');
    });
    const { client, waits } = clientOf({ url, apiKey: "key" }, { timeoutMs: 500 });

    expect(await client.contacts.create(ada)).toMatchObject({ attempts: 2 });
    expect(waits).toEqual([7000]);
  });
});

describe("the caller's signal", () => {
  test("that is aborted already: nothing is sent, and the error says so", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    const thrown = await errorOf(client.contacts.create(ada, { signal: AbortSignal.abort() }));

    expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered: false, attempts: 0 });
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
        onAttempt: () => setImmediate(() => { abort.abort(); }), // prettier-ignore
      });
      sandbox.failNext(fault);

      const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }, { signal: abort.signal }));

      expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered, attempts: 1 });
      expect(sandbox.requests()).toHaveLength(1);
    },
  );

  test("that is aborted while the body of a refusal stalls ends the call as aborted", async () => {
    const abort = new AbortController();
    const { url } = await serverForTest((response) => {
      response.writeHead(422);
      response.write("{");
      setTimeout(() => { abort.abort(); }, 30); // prettier-ignore
    });
    const { client } = clientOf({ url, apiKey: "key" });

    const thrown = await errorOf(client.contacts.create(ada, { signal: abort.signal }));

    expect(thrown).toMatchObject({ name: "RequestAbortedError", maybeDelivered: true, attempts: 1 });
  });

  test.each([
    {},
    null,
    "abort",
    new EventTarget(),
    { aborted: false },
    { aborted: false, addEventListener: () => undefined },
    { aborted: "no", addEventListener: () => undefined, removeEventListener: () => undefined },
  ])("%j is none, and nothing is sent", async (signal) => {
    const fetch = vi.fn(() => Promise.resolve(new Response()));
    const client = createApolloClient({ apiKey: "key", fetch });

    const thrown = await errorOf(client.contacts.create(ada, { signal: signal as AbortSignal }));

    expect(thrown).toBeInstanceOf(TypeError);
    expect((thrown as Error).message).toBe("signal must be an AbortSignal.");
    expect(fetch).not.toHaveBeenCalled();
  });

  test("collects no listeners, however many calls it is part of", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    const { signal } = new AbortController();
    sandbox.failNext({ kind: "status", status: 503 });

    for (let i = 0; i < 5; i++) await client.contacts.create({ ...ada, run_dedupe: true }, { signal });

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
