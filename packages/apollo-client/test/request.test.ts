import { Readable } from "node:stream";

import { describe, expect, onTestFinished, test, vi } from "vitest";

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
  // Apollo's answers have no website_url.
  expect({ ...result.contact, website_url: null }).toEqual(stored);
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
  [{ timeoutMs: "10" as unknown as number }, /and not a text/],
  [{ maxRetries: "2" as unknown as number }, /maxRetries must be a whole number, 0 or more, and not a text/],
  [{ maxRetries: -1 }, /maxRetries must be a whole number, 0 or more\.$/],
  [{ baseUrl: "https://api.apollo.io?" }, /query/],
  [{ baseUrl: "https://api.apollo.io#" }, /fragment/],
  [{ userAgent: {} as string }, /userAgent must be a line/],
  [{ baseURL: "http://127.0.0.1:4010/api/v1" }, /Unknown option "baseURL"\. There are: apiKey, baseUrl, /],
  [{ fetch: "fetch" as unknown as typeof fetch }, /fetch must be a function\.$/],
  [{ onAttempt: {} as never }, /onAttempt must be a function\.$/],
  [{ onAttempt: null as never }, /onAttempt must be a function\.$/],
  [{ runtime: null as unknown as object }, /runtime must be an object of functions\.$/],
  [{ runtime: { sleep: 5 as never } }, /runtime must be/],
  [{ runtime: { now: 5 as never } }, /runtime must be/],
  [{ runtime: { random: 5 as never } }, /runtime must be/],
  [{ runtime: 5 as unknown as object }, /runtime must be/],
  [{ toString: "x" }, /Unknown option "toString"/],
  [{ maxRetries: 2 ** 60 }, /maxRetries must be a whole number/],
  [{ userAgent: "" }, /userAgent must be a line/],
  ...["baseUrl", "timeoutMs", "maxRetries", "maxRetryAfterMs", "fetch", "userAgent"].map((name): [object, RegExp] => [
    { [name]: null },
    new RegExp(`^${name} must be`),
  ]),
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

  await expect(client.contacts.create(circle as never)).rejects.toThrow(TypeError);
  for (const none of [undefined, null, "Ada", [], () => ada, { toJSON: () => undefined }, { toJSON: () => "Ada" }]) {
    await expect(client.contacts.create(none as never)).rejects.toThrow("contact must be an object");
  }
  expect(sandbox.requests()).toEqual([]);
});

test.each([undefined, null, "the-key"])("options that are %j are refused", (options) => {
  expect(() => createApolloClient(options as never)).toThrow(new TypeError("options must be an object."));
});

test("a platform without a fetch is told when the client is made, not at the first lead", () => {
  vi.stubGlobal("fetch", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());

  expect(() => createApolloClient({ apiKey: "key" })).toThrow("fetch must be a function.");
});

test.each([
  [{ timeout: 5 }, /Unknown option "timeout"\. There are: signal, timeoutMs, maxRetries, headers\./],
  [null, /the options of the call must be an object/],
  [{ timeoutMs: null }, /timeoutMs must be a number/],
])("call options of %j are refused, and nothing is sent", async (options, message) => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox);

  await expect(client.contacts.create(ada, options as never)).rejects.toThrow(message);
  expect(sandbox.requests()).toEqual([]);
});

test("a fetch is called without a `this`: a platform's own works for no other object than its global one", async () => {
  const receivers: unknown[] = [];
  const client = createApolloClient({
    apiKey: "key",
    fetch: function (this: unknown) {
      receivers.push(this);
      return Promise.resolve(new Response(created));
    },
  });

  await client.contacts.create(ada);

  expect(receivers).toEqual([undefined]);
});

test("a user agent of one's own goes in place of the client's", async () => {
  const { url, seen } = await serverForTest((response) => response.end(created));
  const { client } = clientOf({ url, apiKey: "key" }, { userAgent: "lead-importer/2" });

  await client.contacts.create(ada);

  expect(seen[0]?.headers["user-agent"]).toBe("lead-importer/2");
});

test("a fetch that changes the headers that it is handed spoils no later attempt", async () => {
  const keys: (string | undefined)[] = [];
  const { client } = clientOf(
    { url: "http://127.0.0.1", apiKey: "key" },
    {
      fetch: (_url, { headers }) => {
        keys.push(headers["X-Api-Key"]);
        delete (headers as Record<string, string>)["X-Api-Key"];
        return Promise.resolve(new Response("", { status: 429 }));
      },
    },
  );

  await errorOf(client.contacts.create(ada));

  expect(keys).toEqual(["key", "key", "key"]);
});

test("an answer may be large, come in many parts, and be split within a character", async () => {
  const name = "é".repeat(100_000);
  const bytes = new TextEncoder().encode(JSON.stringify({ contact: { id: "1", name } }));
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let at = 0; at < bytes.length; at += 1_001) controller.enqueue(bytes.slice(at, at + 1_001));
      controller.close();
    },
  });
  const client = createApolloClient({ apiKey: "key", fetch: () => Promise.resolve(new Response(body)) });

  expect(await client.contacts.create(ada)).toMatchObject({ contact: { name } });
});

test("of an answer that ends within a character, the half of it is not passed over", async () => {
  const body = new Uint8Array([...new TextEncoder().encode("no such lead: "), 0xc3]);
  const client = createApolloClient({
    apiKey: "key",
    fetch: () => Promise.resolve(new Response(body, { status: 422 })),
  });

  expect(await errorOf(client.contacts.create(ada))).toMatchObject({ body: "no such lead: \ufffd" });
});

describe("an answer of a fetch whose bodies are no web streams", () => {
  const answering = (answer: object) =>
    createApolloClient({
      apiKey: "key",
      fetch: () => Promise.resolve({ headers: {}, ...answer } as unknown as Response),
    });

  test.each([
    ["a stream of Node's", Readable.from([])],
    ["none", undefined],
  ])("is read all the same: %s", async (_, body) => {
    const client = answering({ ok: true, status: 200, body, text: () => Promise.resolve(created) });

    expect(await client.contacts.create({ ...ada, run_dedupe: true })).toMatchObject({ attempts: 1, status: 200 });
  });

  test("ends with its time-out", async () => {
    const client = answering({ ok: true, status: 200, body: undefined, text: () => new Promise(() => undefined) });

    const call = client.contacts.create(ada, { timeoutMs: 1 });

    expect(await errorOf(call)).toMatchObject({ name: "TimeoutError", maybeDelivered: true });
  });
});

test("an answer that comes when nobody waits any more is let go of", async () => {
  let answer: (response: Response) => void = () => undefined;
  const late = new Promise<Response>((resolve) => (answer = resolve));
  const client = createApolloClient({ apiKey: "key", fetch: () => late });

  expect(await errorOf(client.contacts.create(ada, { timeoutMs: 1 }))).toMatchObject({ name: "TimeoutError" });

  await new Promise<void>((cancel) => {
    answer(
      new Response(
        new ReadableStream({
          cancel: () => {
            cancel();
          },
        }),
      ),
    );
  });
});
