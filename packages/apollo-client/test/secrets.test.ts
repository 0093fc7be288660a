import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { createApolloClient, type AttemptReport } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const apiKey = "MARKER/key+4711=";
const forms = [apiKey, encodeURIComponent(apiKey), "MARKER"];

/** Everything that a person or a logger could see of a value. */
function everythingOf(value: unknown): string {
  const causes: unknown[] = [];
  for (let one: unknown = value; one instanceof Error && causes.length < 9; one = one.cause) causes.push(one);
  return [
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(value),
    String(value),
    ...causes.map((cause) => [String(cause), (cause as Error).stack, JSON.stringify(cause)].join()),
  ].join("\n");
}

function expectNoKeyIn(value: unknown) {
  const text = everythingOf(value);
  for (const form of forms) expect(text).not.toContain(form);
}

describe("the key", () => {
  test("is not to be seen in the client, or in what it keeps of its options", () => {
    expectNoKeyIn(createApolloClient({ apiKey }));
    expectNoKeyIn(createApolloClient({ apiKey }).contacts);
  });

  test.each([
    ["an unknown key", (url: string) => url],
    ["a wrong path", (url: string) => url.replace("/api", "")],
    ["a host that is not there", () => "http://apollo.invalid"],
  ])("is in no error: %s", async (_, baseUrl) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: baseUrl(sandbox.url), apiKey });

    expectNoKeyIn(await errorOf(client.contacts.create(ada)));
  });

  test.each([400, 401, 403, 404, 418, 422, 429, 500, 302, 200])(
    "is in no error of a server that repeats it with a status of %i",
    async (status) => {
      const { url } = await serverForTest((response, { headers }) => {
        const key = String(headers["x-api-key"]);
        response.writeHead(status, {
          "content-type": "application/json",
          location: `http://elsewhere.example/?k=${encodeURIComponent(key)}`,
        });
        response.end(JSON.stringify({ error: `No such key: ${key}`, error_code: key }));
      });
      const { client } = clientOf({ url, apiKey });

      for (const thrown of [
        await errorOf(client.contacts.create(ada)),
        await errorOf(client.checkKey({ maxRetries: 0 })),
      ]) {
        expectNoKeyIn(thrown);
        expect(everythingOf(thrown)).toContain("[redacted]");
      }
    },
  );

  test.each([
    ["errors", (key: string) => ({ errors: ["No such key:", key] })],
    ["errors with messages", (key: string) => ({ errors: [{ message: key }] })],
    ["an error with a message", (key: string) => ({ error: { message: `No such key: ${key}` } })],
    ["a list of errors", (key: string) => ({ error: [key] })],
  ])("is in no error of a server that repeats it in %s", async (_, body) => {
    const { url } = await serverForTest((response, { headers }) => {
      response.writeHead(422).end(JSON.stringify(body(String(headers["x-api-key"]))));
    });
    const { client } = clientOf({ url, apiKey });

    const thrown = await errorOf(client.contacts.create(ada));

    expectNoKeyIn(thrown);
    expect(thrown).toMatchObject({ apolloMessage: expect.stringContaining("[redacted]") as string });
  });

  test("is in no error of a fetch that attaches its request", async () => {
    const client = createApolloClient({
      apiKey,
      maxRetries: 0,
      fetch: (_url, { headers }) => {
        return Promise.reject(Object.assign(new Error(`failed with ${apiKey}`), { headers, cause: new Error(apiKey) }));
      },
    });

    expectNoKeyIn(await errorOf(client.contacts.create(ada)));
  });

  test("is in no report of an attempt, nor is anything of the contact", async () => {
    const sandbox = await sandboxForTest({ keys: { [apiKey]: "contacts/create" } });
    const reports: AttemptReport[] = [];
    const { client } = clientOf(sandbox, { onAttempt: (report) => reports.push(report) });
    sandbox.failNext({ kind: "status", status: 503 });

    await client.contacts.create({ ...ada, run_dedupe: true });
    await errorOf(client.contacts.create({} as never));

    expect(reports).toMatchObject([
      { method: "POST", path: "/contacts", attempt: 1, result: "failed", status: 503, delayMs: 250 },
      { method: "POST", path: "/contacts", attempt: 2, result: "success", status: 200 },
      { method: "POST", path: "/contacts", attempt: 1, result: "refused", status: 422 },
    ]);
    expectNoKeyIn(reports);
    expect(everythingOf(reports)).not.toMatch(/Ada|Byron|analytical/);
  });

  test.each([
    ["empty", ""],
    ["with a blank", "MARKER key"],
    ["with a line break at its end", "MARKER\n"],
    ["with a tab", "MARKER\tkey"],
    ["with a zero-width space", "MARKER\u200b"],
    ["with an umlaut", "MÄRKER"],
    ["that is no text", 4711],
    ["that is not there", undefined],
  ])("%s is refused when the client is made, and not repeated in the error", (_, wrong) => {
    let thrown: unknown;
    try {
      createApolloClient({ apiKey: wrong as string });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TypeError);
    expect((thrown as Error).message).toMatch(/^apiKey /);
    expect(everythingOf(thrown)).not.toMatch(/MARKER|MÄRKER/);
  });
});

test("a report says when the attempt began and how long it took", async () => {
  const reports: AttemptReport[] = [];
  let nowMs = 5_000;
  const fetch = () => {
    nowMs += 120;
    return Promise.resolve(new Response("", { status: 503 }));
  };
  const { client } = clientOf(
    { url: "http://127.0.0.1", apiKey },
    { fetch, onAttempt: (report) => reports.push(report), runtime: { now: () => nowMs }, maxRetries: 1 },
  );

  await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

  const call = { method: "POST", path: "/contacts", result: "failed", status: 503, durationMs: 120 };
  expect(reports).toStrictEqual([
    { ...call, attempt: 1, startedAt: 5_000, delayMs: 250 },
    { ...call, attempt: 2, startedAt: 5_120 },
  ]);
});

test.each<[string, () => unknown]>([
  [
    "at once",
    () => {
      throw new Error("disk full");
    },
  ],
  ["later", () => Promise.reject(new Error("disk full"))],
])("an onAttempt that fails %s does not make a contact fail", async (_, onAttempt) => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox, { onAttempt });

  await expect(client.contacts.create(ada)).resolves.toMatchObject({ status: 200 });
});

describe("a key that hides", () => {
  const answering = (body: string, status = 422, headers: Record<string, string> = {}) => ({
    fetch: () => Promise.resolve(new Response(status === 302 ? null : body, { status, headers })),
  });

  test.each([
    ["a slash as JSON may escape it", "abc/def+ghi", "abc\\/def+ghi"],
    ["the escapes of a URL", "abc/def+ghi", "abc%2Fdef%2Bghi"],
  ])("behind %s comes back nowhere", async (_, key, hidden) => {
    for (const body of [
      `{"error":"Bad key ${hidden}","error_code":"${hidden}","${hidden}":1}`,
      `{"error":"Bad key ${hidden}","error":"Bad key","message":"once"}`,
      `{"error":"broken off: ${hidden}`,
    ]) {
      const client = createApolloClient({ apiKey: key, ...answering(body) });

      const thrown = (await errorOf(client.contacts.create(ada))) as Error & { body: string };

      expect(everythingOf(thrown)).not.toContain(key);
      expect(thrown.body).not.toContain(hidden);
      expect(thrown.body).toContain("[redacted]");
    }
  });

  test("does not take an answer's own escapes along", async () => {
    const body = '{"error":"caf\\u00e9 \\"quoted\\""}';
    const client = createApolloClient({ apiKey: "SECRETKEY", ...answering(body) });

    expect(await errorOf(client.contacts.create(ada))).toMatchObject({ apolloMessage: 'café "quoted"', body });
  });

  test("at the point where a text is cut off leaves no half of itself", async () => {
    const key = "SECRETKEY".repeat(3);
    const clients = [
      createApolloClient({ apiKey: key, ...answering(JSON.stringify({ error: "x".repeat(490) + key })) }),
      createApolloClient({
        apiKey: key,
        ...answering("", 302, { location: `http://elsewhere.example/${"y".repeat(465)}${key}` }),
      }),
      createApolloClient({
        apiKey: key,
        maxRetries: 0,
        fetch: () => Promise.reject(Object.assign(new Error("x".repeat(490) + key), { name: "y".repeat(490) + key })),
      }),
    ];
    for (const client of clients) {
      expect(everythingOf(await errorOf(client.contacts.create(ada)))).not.toContain("SECRET");
    }
  });

  test.each([
    ["the key", "SECRETKEY", "[redacted]"],
    ["no name of an error", "E\u001b[31m\nsecond line", undefined],
    ["a name of an error", "ECONNRESET", "ECONNRESET"],
  ])("in the code of a network error: %s", async (_, code, shown) => {
    const client = createApolloClient({
      apiKey: "SECRETKEY",
      maxRetries: 0,
      fetch: () => Promise.reject(Object.assign(new Error("…"), { code })),
    });

    const thrown = (await errorOf(client.contacts.create(ada))) as Error;

    expect(everythingOf(thrown)).not.toContain("SECRETKEY");
    expect(thrown.message).not.toMatch(/\p{Cc}/u);
    if (shown === undefined) expect(thrown.message).not.toContain("(");
    else expect(thrown.message).toContain(`(${shown})`);
  });
});

describe("a fetch that fails in a way of its own", () => {
  const boom = () => {
    throw new Error("SECRETKEY");
  };
  test.each<[string, unknown]>([
    ["a message that is no text", Object.assign(new Error("…"), { message: 42 })],
    ["a name that is not there", Object.assign(new Error("…"), { name: undefined })],
    ["a code that throws when it is read", Object.defineProperty(new Error("…"), "code", { get: boom })],
    ["a proxy that throws at everything", new Proxy(new Error("…"), { get: boom, getPrototypeOf: boom })],
    ["nothing", null],
    ["a text", "SECRETKEY"],
  ])("%s: the connection is lost, and the error has no cause", async (_, thrownByFetch) => {
    const client = createApolloClient({
      apiKey: "SECRETKEY",
      maxRetries: 0,
      // Throws anything at all, which a careless fetch may do
      fetch: () => new Promise(() => { AbortSignal.abort(thrownByFetch).throwIfAborted(); }), // prettier-ignore
    });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({ name: "ConnectionError", maybeDelivered: true });
    expect((thrown as Error).cause).toBeUndefined();
    expect(everythingOf(thrown)).not.toContain("SECRETKEY");
  });

  test.each<[string, unknown, object]>([
    ["undefined", undefined, { name: "ConnectionError" }],
    [
      "a status that throws when it is read",
      Object.defineProperty({}, "status", { get: boom }),
      { name: "ConnectionError" },
    ],
    [
      "a body that is no stream",
      { ok: false, status: 422, headers: new Headers(), body: "abc" },
      { name: "InvalidRequestError", body: "" },
    ],
    [
      "headers that are a plain object",
      { ok: false, status: 429, headers: { "retry-after": "7" }, body: null },
      { name: "RateLimitError", retryAfterMs: 7000 },
    ],
  ])("an answer that is %s still makes one of this client's errors", async (_, answer, expected) => {
    const client = createApolloClient({
      apiKey: "SECRETKEY",
      maxRetries: 0,
      fetch: () => Promise.resolve(answer as Response),
    });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject(expected);
    expect(everythingOf(thrown)).not.toContain("SECRETKEY");
  });
});

describe("a body that breaks off inside the key", () => {
  test.each([
    ["the key itself", "SECRETKEY4711", "SECRETK"],
    ["the key as JSON may write it", "SECRET/KEY4711", "SECRET\\/KE"],
    ["an escape of a URL", "SECRET/KEY4711", "SECRET%2"],
    ["an escape of JSON", 'SECRET"KEY4711', "SECRET\\"],
  ])("shows no beginning of it: %s", async (_, key, beginning) => {
    const { url } = await serverForTest((response) => {
      response.writeHead(401, { "content-type": "text/plain", "content-length": 1000 });
      response.write(`no such key: ${beginning}`, () => response.destroy());
    });
    const { client } = clientOf({ url, apiKey: key });

    const thrown = await errorOf(client.contacts.create(ada));

    expect(thrown).toMatchObject({ name: "AuthenticationError", body: "no such key: [redacted]" });
    expect(everythingOf(thrown)).not.toContain("SECR");
  });

  test("and a whole body keeps words that begin as it does", async () => {
    const { url } = await serverForTest((response) => response.writeHead(401).end("not of this sandbox"));
    const { client } = clientOf({ url, apiKey: "sandbox-key" });

    expect(await errorOf(client.contacts.create(ada))).toMatchObject({ body: "not of this sandbox" });
  });
});
