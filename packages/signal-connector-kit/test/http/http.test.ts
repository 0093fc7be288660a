import { gzipSync } from "node:zlib";

import { SettingsError, type SendResult } from "@datafly/signal-connector-kit";
import { bearer, createHttp, HTTP_FAILURES, type HttpOptions } from "@datafly/signal-connector-kit/http";
import { describe, expect, test } from "vitest";

import { closedPort, serverForTest } from "../../../apollo-client/test/support/http-server.js";

const TOKEN = "tok_9f8e7d6c5b4a";
const EMAIL = "ada@analytical.example";
const tooLong = { code: "too_long", field: "title", message: "It is too long." };
const ignored = { code: "ignored", field: "name", message: "It is ignored." };
const upsert = { method: "PUT", path: ["people", EMAIL], json: { name: "Ada" } } as const;

type Answer = Parameters<typeof serverForTest>[0];

/** A vendor that answers as a test says, and what calls it. */
async function vendorOf(answer: Answer, options: Partial<HttpOptions> = {}) {
  const server = await serverForTest(answer);
  const http = createHttp({ vendor: "Acme", baseUrl: server.url, authentication: bearer(TOKEN), ...options });
  return { http, seen: server.seen };
}

/** A vendor that always answers the same. */
const answering = (status: number, body = "", headers: Record<string, string> = {}): Answer => {
  return (response) => response.writeHead(status, headers).end(body);
};

describe("one call", () => {
  test("is one request, with the parts of the path encoded, JSON and the credentials", async () => {
    const { http, seen } = await vendorOf(answering(200, "{}"));

    await http.send({
      ...upsert,
      path: ["people", "a/b?c@x.example"],
      query: { source: "web form" },
      headers: { "x-source": "signal", authorization: "mine" },
    });

    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: "PUT",
      url: "/api/v1/people/a%2Fb%3Fc%40x.example?source=web+form",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        authorization: `Bearer ${TOKEN}`,
        "x-source": "signal",
      },
      body: '{"name":"Ada"}',
    });
  });

  test("that the vendor carried out is delivered, with what its answer says of the record", async () => {
    const body = JSON.stringify({ person: { id: 4711 }, created: false, ignored: ["name"] });
    const { http } = await vendorOf(answering(200, body, { "x-limit": "50", "x-left": "12" }), {
      quotas: { ten_seconds: { limit: "x-limit", left: "x-left" }, day: { limit: 1000, used: "x-used" } },
    });

    const result = await http.send({
      ...upsert,
      warnings: [tooLong],
      read: (answer) => {
        const { person, created } = answer as { person: { id: number }; created: boolean };
        return { recordId: person.id, matched: !created, warnings: [ignored] };
      },
    });

    expect(result).toStrictEqual({
      status: "delivered",
      recordId: "4711",
      matched: true,
      httpStatus: 200,
      warnings: [tooLong, ignored],
      quota: { ten_seconds: { limit: 50, used: 38, left: 12 }, day: null },
    });
  });

  test("without a body is proven by 204", async () => {
    const { http } = await vendorOf(answering(204));
    expect(await http.send(upsert)).toStrictEqual({ status: "delivered", httpStatus: 204, warnings: [] });
  });
});

const transient = { class: "transient", maybeDelivered: true };

describe("an answer other than success has a reason, and says whether the record may be written", () => {
  test.each([
    [302, "redirected", { class: "setup", maybeDelivered: false }],
    [400, "invalid_record", { class: "final", maybeDelivered: false }],
    [401, "invalid_credentials", { class: "setup", maybeDelivered: false }],
    [402, "payment_required", { class: "setup", maybeDelivered: false }],
    [403, "permission_denied", { class: "setup", maybeDelivered: false }],
    [404, "wrong_endpoint", { class: "setup", maybeDelivered: false }],
    [408, "timed_out", transient],
    [409, "request_refused", { class: "final", maybeDelivered: false }],
    [422, "invalid_record", { class: "final", maybeDelivered: false }],
    [429, "rate_limited", { class: "throttle", maybeDelivered: false }],
    [500, "server_error", transient],
    [503, "server_error", transient],
  ] as const)("%i is %s", async (status, reason, { class: failureClass, maybeDelivered }) => {
    const { http, seen } = await vendorOf(answering(status, '{"message":"No such luck"}'));

    const result = await http.send(upsert);

    expect(result).toStrictEqual({
      status: "failed",
      reason,
      maybeDelivered,
      message: `Acme answered ${status}: ${HTTP_FAILURES[reason].meaning}.`,
      vendorMessage: "No such luck",
      httpStatus: status,
      warnings: [],
    });
    expect(HTTP_FAILURES[reason].class).toBe(failureClass);
    expect(seen).toHaveLength(1);
  });

  test("a status can have a reason of the vendor's own", async () => {
    const { http } = await vendorOf(answering(404), { reasons: { 404: "not_on_file" } });
    expect(await http.send(upsert)).toMatchObject({ reason: "not_on_file", message: "Acme answered 404." });
  });

  test.each([
    [429, "7", 7_000],
    [429, "0.5", 500],
    [503, "Sat, 28 Nov 2026 12:00:30 GMT", 30_000],
    [429, "soon", undefined],
  ])("%i with Retry-After: %s asks to wait %s ms", async (status, value, expected) => {
    const headers = { "retry-after": value, date: "Sat, 28 Nov 2026 12:00:00 GMT" };
    const { http } = await vendorOf(answering(status, "", headers));

    const result = await http.send(upsert);

    expect("retryAfterMs" in result ? result.retryAfterMs : undefined).toBe(expected);
  });

  test.each<[string, Record<string, string>]>([
    ["numbers that are not counts", { "x-limit": "-5", "x-used": "many" }],
    ["no headers", {}],
    ["a limit alone", { "x-limit": "5" }],
  ])("%s in place of a quota are no quota", async (_, headers) => {
    const quotas = { minute: { limit: "x-limit", used: "x-used", left: "x-left" } };
    const { http } = await vendorOf(answering(429, "", headers), { quotas });
    expect(await http.send(upsert)).toMatchObject({ quota: { minute: null } });
  });
});

describe("a success that is not proven may be written", () => {
  test.each<[string, Answer]>([
    ["a page of a proxy", answering(200, "<html>Welcome</html>", { "content-type": "text/html" })],
    ["an empty body", answering(200)],
    ["half a body", (response) => response.writeHead(200, { "content-length": "9" }).end('{"i')],
    ["a text in JSON", answering(200, '"ok"')],
  ])("%s", async (_, answer) => {
    const { http } = await vendorOf(answer, { timeoutMs: 500 });
    expect(await http.send(upsert)).toMatchObject({ status: "failed", maybeDelivered: true });
  });

  test("a body that inflates without end is read up to 1 MiB", async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 2 ** 20, "[0,"));
    const { http } = await vendorOf((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    expect(await http.send(upsert)).toMatchObject({ reason: "unexpected_response", maybeDelivered: true });
  });

  test.each([
    ["finds no proof", () => undefined],
    ["throws", (body: unknown) => ({ recordId: (body as { person: { id: string } }).person.id })],
  ])("an answer in which read %s", async (_, read) => {
    const { http } = await vendorOf(answering(200, "{}"));
    expect(await http.send({ ...upsert, read })).toMatchObject({ reason: "unexpected_response", httpStatus: 200 });
  });

  test("unless read says that it is", async () => {
    const { http } = await vendorOf(answering(202));
    const read = (_: unknown, { status }: { status: number }) => (status === 202 ? {} : undefined);
    expect(await http.send({ ...upsert, read })).toMatchObject({ status: "delivered", httpStatus: 202 });
  });
});

describe("without an answer", () => {
  test("a refused connection wrote nothing", async () => {
    const http = createHttp({ vendor: "Acme", baseUrl: `http://127.0.0.1:${await closedPort()}` });

    const result = await http.send(upsert);

    expect(result).toMatchObject({ reason: "connection_failed", maybeDelivered: false });
    expect(messageOf(result)).toMatch(/^Could not connect to Acme at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check /);
  });

  test("a connection that is lost after sending may have written", async () => {
    const { http } = await vendorOf((response) => response.destroy());
    expect(await http.send(upsert)).toMatchObject({ reason: "connection_failed", maybeDelivered: true });
  });

  test("a call that takes too long may have written", async () => {
    const { http } = await vendorOf(() => undefined, { timeoutMs: 50 });

    expect(await http.send(upsert)).toStrictEqual({
      status: "failed",
      reason: "timed_out",
      maybeDelivered: true,
      message: "There was no complete answer from Acme within 50 ms.",
      warnings: [],
    });
  });

  test("an aborted call may have written; one that was aborted before it began did not", async () => {
    const controller = new AbortController();
    const { http, seen } = await vendorOf(() => {
      controller.abort();
    });

    const inFlight = await http.send(upsert, { signal: controller.signal });
    const before = await http.send(upsert, { signal: controller.signal });

    expect(inFlight).toMatchObject({ reason: "aborted", maybeDelivered: true });
    expect(before).toMatchObject({ reason: "aborted", maybeDelivered: false });
    expect(seen).toHaveLength(1);
  });

  test("a request that reads wrote nothing in any case", async () => {
    const { http } = await vendorOf((response) => response.destroy());
    expect(await http.send({ method: "GET", path: ["me"] })).toMatchObject({ maybeDelivered: false });
  });
});

describe("a record that cannot be written as a request", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  test.each([
    ["a part of the path is empty", { path: ["people", ""] }],
    ["a part of the path is missing", { path: ["people", undefined as never] }],
    ["a part of the path leads elsewhere", { path: ["people", ".."] }],
    ["its path has half a character", { path: ["people", "\ud800"] }],
    ["its JSON has a circle", { json: circle }],
    ["it has a header that no request can carry", { headers: { name: "Ada\nByron" } }],
  ])("is a failure of this record alone, and nothing is sent: %s", async (_, part) => {
    const { http, seen } = await vendorOf(answering(200, "{}"));

    expect(await http.send({ ...upsert, ...part })).toMatchObject({ reason: "invalid_record", maybeDelivered: false });
    expect(seen).toEqual([]);
  });
});

describe("no secret and no value of the record", () => {
  test.each([200, 302, 401, 403, 422, 429, 500])(
    "is in the result of a vendor that repeats both with %i",
    async (status) => {
      const { http } = await vendorOf((response, { url, headers }) => {
        const said = `${headers.authorization ?? ""} ${url ?? ""}`;
        const location = `https://elsewhere.example${url ?? ""}?token=${TOKEN}`;
        response.writeHead(status, { location }).end(JSON.stringify({ id: TOKEN, message: said }));
      });

      const result = await http.send({ ...upsert, read: (body) => ({ recordId: (body as { id: string }).id }) });

      expect(JSON.stringify(result)).not.toContain(TOKEN);
      expect(messageOf(result)).not.toMatch(/ada|analytical/);
    },
  );

  test.each(["an id\u001b[31m", "a".repeat(65), "", {}, Number.NaN, null])(
    "an id that does not look like one is omitted: %j",
    async (id) => {
      const { http } = await vendorOf(answering(200, "{}"));
      const result = await http.send({ ...upsert, read: () => ({ recordId: id }) });
      expect(result.status).toBe("delivered");
      expect(result).not.toHaveProperty("recordId", expect.stringMatching(/[^\w]|^.{65}$|^$/));
    },
  );
});

test("a redirect is not followed", async () => {
  const other = await serverForTest(answering(200, "{}"));
  const { http } = await vendorOf(answering(307, "", { location: other.url }));

  expect(await http.send(upsert)).toMatchObject({ reason: "redirected", httpStatus: 307 });
  expect(other.seen).toEqual([]);
});

test("a check is ok if the vendor answers with success, and else the failure", async () => {
  const me = { method: "GET", path: ["me"] } as const;
  const { http } = await vendorOf(answering(200, "{}"));
  const { http: refusing } = await vendorOf(answering(401));

  expect(await http.check(me)).toEqual({ status: "ok" });
  expect(await refusing.check(me)).toMatchObject({ status: "failed", reason: "invalid_credentials" });
});

test("what a careless library defines on Object.prototype is not part of a request", async () => {
  const { http, seen } = await vendorOf(answering(200, "{}"));
  const pollution = { json: { spam: true }, headers: { spam: "1" }, warnings: [{}] };
  let result;
  try {
    Object.assign(Object.prototype, pollution);
    result = await http.send({ method: "GET", path: ["me"] });
  } finally {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
  }

  expect(seen[0]).toMatchObject({ url: "/api/v1/me", body: "" });
  expect(seen[0]?.headers).not.toHaveProperty("spam");
  expect(result).toStrictEqual({ status: "delivered", httpStatus: 200, warnings: [] });
});

test.each<[string, Partial<HttpOptions>]>([
  ["baseUrl", { baseUrl: "acme.example" }],
  ["baseUrl", { baseUrl: "https://user:secret@acme.example" }],
  ["baseUrl", { baseUrl: "https://acme.example/?key=secret" }],
  ["timeoutMs", { timeoutMs: 0 }],
  ["headers", { headers: { "x-tenant": "secret\nvalue" } }],
  ["fetch", { fetch: null as never }],
])("a wrong %s is an error of the settings that repeats no value", (path, options) => {
  const make = () => createHttp({ vendor: "Acme", baseUrl: "https://acme.example", ...options });

  expect(make).toThrow(SettingsError);
  expect(make).toThrow(path);
  expect(make).not.toThrow(/secret/);
});

test("requests go out with the fetch that is given", async () => {
  const urls: string[] = [];
  const http = createHttp({
    vendor: "Acme",
    baseUrl: "https://acme.example/v2/",
    fetch: (url) => {
      urls.push(url);
      return Promise.resolve(Response.json({}));
    },
  });

  await http.send(upsert);

  expect(urls).toEqual(["https://acme.example/v2/people/ada%40analytical.example"]);
});

function messageOf(result: SendResult): string {
  return result.status === "failed" ? result.message : "";
}
