import { expect, onTestFinished, test } from "vitest";

import { createApolloClient } from "@datafly/apollo-client";
import { serverForTest } from "./support/http-server.js";
import { ada, errorOf } from "./support/setup.js";

const created = '{"contact":{"id":"66f1c0ffee0000000000a001"}}';

/** What a careless library may do to everybody. */
function pollute(name: string, value: unknown): void {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
  onTestFinished(() => void Reflect.deleteProperty(Object.prototype, name));
}

/** Options of openapi-fetch that an object may inherit, each with a value that would spoil a call. */
const OPTIONS: readonly (readonly [string, (elsewhere: string) => unknown])[] = [
  ["baseUrl", (elsewhere) => elsewhere],
  ["headers", () => ({ "X-Api-Key": "evil", "Content-Type": "text/plain", "x-evil": "1" })],
  ["params", () => ({ query: { evil: "1" }, header: { "x-evil": "1" }, path: { evil: "1" } })],
  ["header", () => ({ "x-evil": "1" })],
  ["bodySerializer", () => () => '{"evil":1}'],
  ["querySerializer", () => () => "evil=1"],
  ["pathSerializer", () => () => "/evil"],
  ["parseAs", () => "blob"],
  ["middleware", () => [{ onRequest: () => Response.json({ evil: 1 }) }]],
  ["fetch", (elsewhere) => (_: unknown, init: RequestInit) => fetch(elsewhere, init)],
  ["Request", () => Request],
  ["requestInitExt", () => ({ evil: 1 })],
  ["apiKey", () => "evil"],
  ["timeoutMs", () => "evil"],
  ["maxRetries", () => -1],
];

test.each(
  OPTIONS.flatMap(([name, value]) => (["before", "after"] as const).map((when) => [name, when, value] as const)),
)("a polluted Object.prototype.%s, %s the client is made, changes nothing about a call", async (name, when, value) => {
  const elsewhere = await serverForTest((response) => response.end(created));
  const { url, seen } = await serverForTest((response) => response.end(created));

  if (when === "before") pollute(name, value(elsewhere.url));
  const client = createApolloClient({ apiKey: "the-key", baseUrl: url, fetch: (...call) => globalThis.fetch(...call) });
  if (when === "after") pollute(name, value(elsewhere.url));
  const { contact } = await client.contacts.create(ada);

  expect(contact.id).toBe("66f1c0ffee0000000000a001");
  expect(elsewhere.seen).toEqual([]);
  expect(seen).toMatchObject([
    {
      method: "POST",
      url: "/api/v1/contacts",
      headers: { "x-api-key": "the-key", "content-type": "application/json" },
      body: JSON.stringify(ada),
    },
  ]);
  expect(seen[0]?.headers).not.toHaveProperty("x-evil");
});

test("a call of the raw client to another address is refused, and the key goes nowhere", async () => {
  const elsewhere = await serverForTest((response) => response.end(created));
  const { url, seen } = await serverForTest((response) => response.end(created));
  const { api } = createApolloClient({ apiKey: "the-key", baseUrl: url });
  const urls = [elsewhere.url, `${url}.example`, `${url}@127.0.0.1`, new URL(url).origin];

  for (const baseUrl of urls) {
    expect(await errorOf(api.POST("/contacts", { body: ada, baseUrl }))).toEqual(
      new TypeError("the URL of a request must be below baseUrl."),
    );
  }
  pollute("baseUrl", elsewhere.url);
  expect(await errorOf(api.POST("/contacts", { body: ada }))).toBeInstanceOf(TypeError);

  expect([...elsewhere.seen, ...seen]).toEqual([]);
});
