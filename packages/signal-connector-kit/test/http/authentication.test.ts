import { createHmac } from "node:crypto";

import { SettingsError } from "@datafly/signal-connector-kit";
import {
  basic,
  bearer,
  createHttp,
  headerKey,
  hmac,
  type Authentication,
  type HttpOptions,
} from "@datafly/signal-connector-kit/http";
import { expect, test } from "vitest";

import { serverForTest } from "../../../apollo-client/test/support/http-server.js";

const SECRET = "s3cr3t-Key/with+=signs";
const request = { method: "POST", path: ["people"], json: { name: "Ada" } } as const;

async function vendorOf(authentication: Authentication, options: Partial<HttpOptions> = {}) {
  const server = await serverForTest((response, { headers, body }) => {
    response.writeHead(422, { "content-type": "text/plain" }).end(JSON.stringify({ headers, body }));
  });
  const http = createHttp({ vendor: "Acme", baseUrl: server.url, authentication, ...options });
  return { http, seen: server.seen };
}

const signature = (text: string, encoding: "hex" | "base64" = "hex", hash = "sha256") =>
  createHmac(hash, SECRET).update(text).digest(encoding);

test.each<[string, Authentication, Record<string, string>]>([
  ["a key in a header", headerKey("X-Acme-Key", SECRET), { "x-acme-key": SECRET }],
  ["a bearer token", bearer(SECRET), { authorization: `Bearer ${SECRET}` }],
  [
    "a user name and a password",
    basic("zoë", SECRET),
    { authorization: `Basic ${Buffer.from(`zoë:${SECRET}`).toString("base64")}` },
  ],
  [
    "a user name alone",
    basic("sk_live_4242424242", ""),
    { authorization: `Basic ${Buffer.from("sk_live_4242424242:").toString("base64")}` },
  ],
  ["a signature of the body", hmac({ secret: SECRET }), { "x-signature": signature('{"name":"Ada"}') }],
  [
    "a signature in another form",
    hmac({ secret: SECRET, header: "x-hub-signature", hash: "SHA-512", encoding: "base64", prefix: "v1=" }),
    { "x-hub-signature": `v1=${signature('{"name":"Ada"}', "base64", "sha512")}` },
  ],
  [
    "a signature of time, method and body",
    hmac({
      secret: SECRET,
      headers: ({ nowMs }) => ({ "x-time": String(nowMs) }),
      text: ({ nowMs, method, body = "" }) => `${nowMs}.${method}.${body}`,
    }),
    { "x-time": "1700000000000", "x-signature": signature('1700000000000.POST.{"name":"Ada"}') },
  ],
])("%s is sent, and is in no result", async (_, authentication, headers) => {
  const { http, seen } = await vendorOf(authentication, { now: () => 1_700_000_000_000 });

  const result = JSON.stringify(await http.send(request));

  expect(seen[0]?.headers).toMatchObject(headers);
  for (const value of Object.values(headers)) {
    if (value !== "1700000000000") expect(result).not.toContain(value.replace(/^(Bearer|Basic|v1=) ?/, ""));
  }
  expect(result).not.toContain(SECRET);
});

test.each([
  ["headerKey", (secret: () => string) => headerKey("x-acme-key", secret)],
  ["bearer", (secret: () => string) => bearer(secret)],
  ["basic", (secret: () => string) => basic("ada", secret)],
  ["hmac", (secret: () => string) => hmac({ secret })],
])("%s asks a function for the secret, once per request", async (_, make) => {
  const secrets = ["first-secret", "second-secret"];
  const { http, seen } = await vendorOf(make(() => secrets.shift() ?? ""));

  const results = [await http.send(request), await http.send(request)];

  expect(secrets).toEqual([]);
  const [first, second] = seen.map(({ headers }) => JSON.stringify(headers));
  expect(first).not.toBe(second);
  expect(JSON.stringify(results)).not.toMatch(/first-secret|second-secret/);
});

test.each<[string, () => Authentication]>([
  ["an empty key", () => headerKey("x-acme-key", "")],
  ["a key with a space", () => headerKey("x-acme-key", "a secret")],
  ["a token with a line break", () => bearer("secret\n")],
  ["a token that is missing", () => bearer(undefined as never)],
  ["a user name with a colon", () => basic("secret::", "x")],
  ["a password that is missing", () => basic("ada", null as never)],
  ["an empty secret of a signature", () => hmac({ secret: "" })],
])("%s is an error of the settings that repeats no value", (_, make) => {
  expect(make).toThrow(SettingsError);
  expect(make).not.toThrow(/secret\n|a secret|secret::/);
});

test.each([
  ["fails", () => Promise.reject(new Error(`vault refused ${SECRET}`)), "no_credentials"],
  ["never returns", () => new Promise<string>(() => undefined), "no_credentials"],
  ["returns nothing", () => "", "invalid_credentials"],
])("a function for the secret that %s: nothing is sent, and nothing is said of it", async (_, secret, reason) => {
  const { http, seen } = await vendorOf(bearer(secret), { timeoutMs: 50 });

  const result = await http.send(request);

  expect(result).toMatchObject({ status: "failed", reason, maybeDelivered: false });
  expect(JSON.stringify(result)).not.toContain(SECRET);
  expect(result).not.toHaveProperty("httpStatus");
  expect(seen).toEqual([]);
});
