import { SettingsError } from "@datafly/signal-connector-kit";
import { createHttp, HTTP_FAILURES, type HttpFailureReason } from "@datafly/signal-connector-kit/http";
import { oauth, type OAuthOptions } from "@datafly/signal-connector-kit/http/oauth";
import { describe, expect, test } from "vitest";

import { closedPort, serverForTest, type SeenRequest } from "../../../apollo-client/test/support/http-server.js";

const CLIENT_SECRET = "cs_Secret/with+signs";
const REFRESH_TOKEN = "rt_1234567890";
const request = { method: "POST", path: ["people"], json: { name: "Ada" } } as const;

interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * An authorization server that issues at_1, at_2 and so on, and a vendor's API. Both answer as a test says; the API takes every token
 * that is not refused.
 */
async function worldOf({
  token = () => ({}),
  api = () => 200,
  options = {},
}: {
  readonly token?: (request: SeenRequest, count: number) => Reply | undefined;
  readonly api?: (token: string, count: number) => number;
  readonly options?: Partial<OAuthOptions>;
} = {}) {
  let issued = 0;
  const tokenServer = await serverForTest((response, asked) => {
    issued += 1;
    const reply = token(asked, issued);
    if (reply === undefined) return;
    const { status = 200, json, headers } = reply;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(json ?? { access_token: `at_${issued}`, token_type: "bearer", expires_in: 3600 }));
  });
  let calls = 0;
  const vendor = await serverForTest((response, { headers }) => {
    calls += 1;
    const sent = headers.authorization ?? "";
    response.writeHead(api(sent.replace("Bearer ", ""), calls), { "content-type": "application/json" });
    response.end(JSON.stringify({ message: `You sent ${sent}` }));
  });
  const clock = { now: 1_700_000_000_000 };
  const authentication = oauth({
    tokenUrl: tokenServer.url,
    clientId: "signal",
    clientSecret: CLIENT_SECRET,
    ...options,
  });
  const http = createHttp({ vendor: "Acme", baseUrl: vendor.url, authentication, now: () => clock.now });
  const tokens = () => vendor.seen.map(({ headers }) => headers.authorization);
  return { http, clock, tokenRequests: tokenServer.seen, tokens, send: () => http.send(request) };
}

const classOf = (result: object) =>
  "reason" in result ? HTTP_FAILURES[result.reason as HttpFailureReason].class : "delivered";

describe("a token", () => {
  test("is obtained with client credentials, and used until it is about to expire", async () => {
    const { send, clock, tokenRequests, tokens } = await worldOf({
      options: { scope: "people.write", parameters: { audience: "acme" } },
    });

    await send();
    clock.now += 3_539_000;
    await send();
    clock.now += 2_000;
    await send();

    expect(tokens()).toEqual(["Bearer at_1", "Bearer at_1", "Bearer at_2"]);
    expect(tokenRequests).toHaveLength(2);
    expect(Object.fromEntries(new URLSearchParams(tokenRequests[0]?.body))).toEqual({
      grant_type: "client_credentials",
      scope: "people.write",
      audience: "acme",
    });
    expect(tokenRequests[0]?.headers.authorization).toMatch(/^Basic /);
  });

  test("is obtained once for all calls in flight", async () => {
    const { send, tokenRequests, tokens } = await worldOf();

    const results = await Promise.all(Array.from({ length: 20 }, send));

    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => "delivered"));
    expect(tokenRequests).toHaveLength(1);
    expect(new Set(tokens())).toEqual(new Set(["Bearer at_1"]));
  });

  test("is obtained although the call that asked first was aborted", async () => {
    const controller = new AbortController();
    const { http, send, tokenRequests } = await worldOf({
      token: () => {
        controller.abort();
        return {};
      },
    });

    const [first, second] = await Promise.all([http.send(request, { signal: controller.signal }), send()]);

    expect(first).toMatchObject({ reason: "aborted", maybeDelivered: false });
    expect(second.status).toBe("delivered");
    expect(tokenRequests).toHaveLength(1);
  });

  test("is obtained with the client's secret in the body, if the server wants it there", async () => {
    const { send, tokenRequests } = await worldOf({ options: { clientAuthentication: "post" } });

    await send();

    expect(tokenRequests[0]?.headers).not.toHaveProperty("authorization");
    expect(new URLSearchParams(tokenRequests[0]?.body).get("client_secret")).toBe(CLIENT_SECRET);
  });

  test("is obtained with a refresh token, whose successor is stored and used", async () => {
    const stored: string[] = [];
    const { send, clock, tokenRequests } = await worldOf({
      token: (_, count) => ({
        json: {
          access_token: `at_${count}`,
          token_type: "bearer",
          expires_in: 60,
          refresh_token: `rt_next_${count}`,
          id_token: "of.no.use",
        },
      }),
      options: { refreshToken: REFRESH_TOKEN, onRefreshToken: (token) => stored.push(token) },
    });

    await send();
    clock.now += 60_000;
    await send();

    const used = tokenRequests.map(({ body }) => new URLSearchParams(body).get("refresh_token"));
    expect(used).toEqual([REFRESH_TOKEN, "rt_next_1"]);
    expect(stored).toEqual(["rt_next_1", "rt_next_2"]);
  });

  test("is not used if the refresh token that came with it could not be stored", async () => {
    const { send, tokens } = await worldOf({
      token: () => ({ json: { access_token: "at", token_type: "bearer", refresh_token: "rt_next" } }),
      options: { refreshToken: REFRESH_TOKEN, onRefreshToken: () => Promise.reject(new Error("disk full")) },
    });

    expect(await send()).toMatchObject({ reason: "no_credentials", maybeDelivered: false });
    expect(tokens()).toEqual([]);
  });
});

describe("a 401", () => {
  test("of a token that had been accepted means that it has expired, and the next call has another", async () => {
    const { send, tokens } = await worldOf({ api: (token, count) => (token === "at_1" && count > 1 ? 401 : 200) });

    const results = [await send(), await send(), await send()];

    expect(results).toMatchObject([
      { status: "delivered" },
      { reason: "credentials_expired", maybeDelivered: false, httpStatus: 401 },
      { status: "delivered" },
    ]);
    expect(results.map(classOf)).toEqual(["delivered", "transient", "delivered"]);
    expect(tokens()).toEqual(["Bearer at_1", "Bearer at_1", "Bearer at_2"]);
  });

  test("of a token that is past its time means that it has expired", async () => {
    const { send, clock } = await worldOf({
      token: () => ({ json: { access_token: "at", token_type: "bearer", expires_in: 10 } }),
      api: () => {
        clock.now += 11_000;
        return 401;
      },
    });
    expect(await send()).toMatchObject({ reason: "credentials_expired" });
  });

  test("of a new token is a mistake in the setup", async () => {
    const { send } = await worldOf({ api: () => 401 });

    const result = await send();

    expect(result).toMatchObject({ reason: "invalid_credentials", maybeDelivered: false, httpStatus: 401 });
    expect(classOf(result)).toBe("setup");
  });

  test("of a token that replaces an expired one is a mistake in the setup", async () => {
    const { send } = await worldOf({ api: (_, count) => (count > 1 ? 401 : 200) });
    expect([await send(), await send(), await send()].map(classOf)).toEqual(["delivered", "transient", "setup"]);
  });

  test("means the same for all calls in flight, and one request obtains the next token", async () => {
    const { send, tokenRequests } = await worldOf({
      api: (token, count) => (token === "at_1" && count > 1 ? 401 : 200),
    });
    await send();

    const refused = await Promise.all(Array.from({ length: 8 }, send));
    const retried = await Promise.all(Array.from({ length: 8 }, send));

    expect(new Set(refused.map(classOf))).toEqual(new Set(["transient"]));
    expect(new Set(retried.map(classOf))).toEqual(new Set(["delivered"]));
    expect(tokenRequests).toHaveLength(2);
  });
});

describe("a token endpoint", () => {
  test.each<[string, Reply, string, object]>([
    [
      "refuses the client",
      { status: 401, json: { error: "invalid_client" } },
      "setup",
      { reason: "invalid_credentials" },
    ],
    [
      "refuses the refresh token",
      { status: 400, json: { error: "invalid_grant", error_description: `${REFRESH_TOKEN} was revoked` } },
      "setup",
      { vendorMessage: "invalid_grant: [redacted] was revoked", httpStatus: 400 },
    ],
    ["redirects", { status: 302, headers: { location: "https://elsewhere.example" } }, "setup", { httpStatus: 302 }],
    [
      "asks to wait",
      { status: 429, headers: { "retry-after": "7" } },
      "throttle",
      { reason: "rate_limited", retryAfterMs: 7_000 },
    ],
    ["fails", { status: 503, headers: { "retry-after": "3" } }, "transient", { retryAfterMs: 3_000, httpStatus: 503 }],
    [
      "answers without a token",
      { json: { hello: "world" } },
      "transient",
      { reason: "no_credentials", httpStatus: 200 },
    ],
    ["answers without JSON", { json: "welcome" }, "transient", { reason: "no_credentials" }],
  ])("that %s: nothing is sent", async (_, reply, failureClass, expected) => {
    const { send, tokens } = await worldOf({
      token: ({ headers, body }) => ({
        ...reply,
        headers: { ...reply.headers, "x-echo": `${headers.authorization ?? ""}${body}` },
      }),
      options: { refreshToken: REFRESH_TOKEN },
    });

    const result = await send();

    expect(result).toMatchObject({ status: "failed", maybeDelivered: false, ...expected });
    expect(classOf(result)).toBe(failureClass);
    expect(tokens()).toEqual([]);
  });

  test("that does not answer in time, or cannot be reached, is asked again by the next call", async () => {
    const { send } = await worldOf({
      token: (_, count) => (count === 1 ? undefined : {}),
      options: { timeoutMs: 500 },
    });
    const away = createHttp({
      vendor: "Acme",
      baseUrl: "http://127.0.0.1",
      authentication: oauth({
        tokenUrl: `http://127.0.0.1:${await closedPort()}/token`,
        clientId: "signal",
        clientSecret: CLIENT_SECRET,
      }),
    });

    expect(await send()).toMatchObject({ reason: "no_credentials", maybeDelivered: false });
    expect(await send()).toMatchObject({ status: "delivered" });
    expect(await away.send(request)).toMatchObject({ reason: "no_credentials", maybeDelivered: false });
  });
});

test("no token and no secret is in a result, although both servers repeat what they get", async () => {
  const repeat = ({ headers, body }: SeenRequest): Reply => ({
    status: 400,
    json: { error: headers.authorization ?? "", error_description: decodeURIComponent(body) },
  });
  const refused = await worldOf({ token: repeat, options: { refreshToken: REFRESH_TOKEN } });
  const refusedInBody = await worldOf({ token: repeat, options: { clientAuthentication: "post" } });
  const accepted = await worldOf({ api: () => 422 });

  const results = JSON.stringify([await refused.send(), await refusedInBody.send(), await accepted.send()]);

  expect(results).toContain("[redacted]");
  expect(results).not.toMatch(/at_1|rt_123|cs_Secret/);
  const [asked] = refused.tokenRequests;
  expect(asked?.headers.authorization).toMatch(/^Basic .{20}/);
  expect(results).not.toContain(asked?.headers.authorization?.replace("Basic ", ""));
});

test.each<[string, Partial<OAuthOptions>]>([
  ["tokenUrl", { tokenUrl: "http://auth.acme.example/secret" }],
  ["tokenUrl", { tokenUrl: "https://user:secret@auth.acme.example" }],
  ["tokenUrl", { tokenUrl: "secret" }],
  ["clientId", { clientId: "" }],
  ["clientSecret", { clientSecret: "" }],
  ["clientSecret", { clientSecret: undefined as never }],
])("a wrong %s is an error of the settings that repeats no value", (path, options) => {
  const make = () =>
    oauth({ tokenUrl: "https://auth.acme.example", clientId: "signal", clientSecret: "x", ...options });

  expect(make).toThrow(SettingsError);
  expect(make).toThrow(path);
  expect(make).not.toThrow(/\bsecret\b/);
});
