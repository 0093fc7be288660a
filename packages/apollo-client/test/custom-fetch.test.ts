import { describe, expect, test } from "vitest";

import { createApolloClient, type ApolloApiError } from "@datafly/apollo-client";
import { ada, errorOf } from "./support/setup.js";

const created = '{"contact":{"id":"66f1c0ffee0000000000a001"}}';

function clientAnswering(answer: object) {
  const fetch = () => Promise.resolve({ text: () => Promise.resolve(created), ...answer } as unknown as Response);
  return createApolloClient({ apiKey: "key", fetch, maxRetries: 0 });
}

const boom = () => {
  throw new Error("…");
};

describe("headers of a custom fetch", () => {
  test.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["a text", "retry-after: 7"],
    ["a number", 7],
    ["names that no header has", { "a b": "c", "": "d" }],
    ["values that no header has", { "x-a": "b\nc", "x-b": "\u{1f600}" }],
    ["a value that cannot become a text", { "x-a": Object.create(null) as object }],
    ["a proxy that throws at everything", new Proxy({}, { get: boom, ownKeys: boom, has: boom })],
  ])("that are %s lose neither status nor class", async (_, headers) => {
    expect(await errorOf(clientAnswering({ status: 401, headers }).contacts.create(ada))).toMatchObject({
      name: "AuthenticationError",
      status: 401,
      maybeDelivered: false,
    });
    expect(await clientAnswering({ status: 200, headers }).contacts.create(ada)).toMatchObject({ status: 200 });
  });

  test.each<[string, unknown]>([
    ["an object", { "a b": "c", "Retry-After": "7" }],
    ["a list of pairs", [["a b", "c"], ["Retry-After", "7"]]], // prettier-ignore
    ["a map", new Map([["Retry-After", "7"]])],
    ["Headers", new Headers({ "Retry-After": "7" })],
  ])("that are %s are read as far as they can be", async (_, headers) => {
    expect(await errorOf(clientAnswering({ status: 429, headers }).contacts.create(ada))).toMatchObject({
      name: "RateLimitError",
      retryAfterMs: 7000,
    });
  });
});

test.each([undefined, null, "200", Number.NaN, 200.5, {}])(
  "a status of %j is not success: the contact may have been written",
  async (status) => {
    expect(await errorOf(clientAnswering({ ok: true, status, headers: {} }).contacts.create(ada))).toMatchObject({
      name: "ServerError",
      status: 0,
      maybeDelivered: true,
    });
  },
);

test("success is judged by the status, whatever a custom fetch says that is ok", async () => {
  expect(await clientAnswering({ ok: false, status: 200, headers: {} }).contacts.create(ada)).toMatchObject({
    status: 200,
  });
  expect(await errorOf(clientAnswering({ ok: true, status: 401, headers: {} }).contacts.create(ada))).toMatchObject({
    name: "AuthenticationError",
  });
});

test("a body that breaks off is judged by the status, whatever a custom fetch says that is ok", async () => {
  const text = () => Promise.reject(new Error("broken off"));

  expect(
    await errorOf(clientAnswering({ ok: true, status: 401, headers: {}, text }).contacts.create(ada)),
  ).toMatchObject({
    name: "AuthenticationError",
  });
  expect(
    await errorOf(clientAnswering({ ok: false, status: 200, headers: {}, text }).contacts.create(ada)),
  ).toMatchObject({
    name: "ConnectionError",
    maybeDelivered: true,
  });
});

test("an error has the headers that help to look into it, without the key, and no others", async () => {
  const apiKey = "SECRET/KEY";
  const headers = {
    "content-type": "application/json",
    "cf-ray": "8f1",
    "x-request-id": `no-${apiKey}`,
    "x-rate-limit-hourly": "400",
    "x-hourly-usage": "3",
    "retry-after": "7",
    "set-cookie": "session=1",
    "x-echo": apiKey,
    location: "https://elsewhere.example",
  };
  const fetch = () => Promise.resolve(new Response("", { status: 422, headers }));
  const client = createApolloClient({ apiKey, fetch });

  const thrown = (await errorOf(client.contacts.create(ada))) as ApolloApiError;

  const shown = {
    "cf-ray": "8f1",
    "content-type": "application/json",
    "retry-after": "7",
    "x-hourly-usage": "3",
    "x-rate-limit-hourly": "400",
    "x-request-id": "no-[redacted]",
  };
  expect(Object.fromEntries(thrown.headers ?? [])).toEqual(shown);
  expect(JSON.parse(JSON.stringify(thrown))).toMatchObject({ name: "InvalidRequestError", headers: shown });
});

test("a form as a contact is written as JSON, as any other object is", async () => {
  const bodies: unknown[] = [];
  const client = createApolloClient({
    apiKey: "key",
    fetch: (_url, { body, headers }) => {
      bodies.push([body, headers["content-type"]]);
      return Promise.resolve(new Response(created));
    },
  });

  await client.contacts.create(new FormData() as never);

  expect(bodies).toEqual([["{}", "application/json"]]);
});
