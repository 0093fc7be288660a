import { describe, expect, onTestFinished, test } from "vitest";

import { isApolloError } from "@datafly/apollo-client";
import type { Fault } from "@datafly/apollo-sandbox";
import { closedPort } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

/** The table of when a repeat is safe: a fault, and what it means for a call with deduplication and one without. */
const table: {
  what: string;
  fault: Fault;
  error: string;
  maybeDelivered: boolean;
  repeated: { withDedupe: boolean; withoutDedupe: boolean };
}[] = [
  ...[429].map((status) => ({
    what: `${status}`,
    fault: { kind: "status", status } as const,
    error: "RateLimitError",
    maybeDelivered: false,
    repeated: { withDedupe: true, withoutDedupe: true },
  })),
  ...[500, 502, 503, 504, 520].map((status) => ({
    what: `${status}`,
    fault: { kind: "status", status, body: "oops" } as const,
    error: "ServerError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  })),
  {
    what: "408",
    fault: { kind: "status", status: 408, body: "too slow" },
    error: "ApolloApiError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  },
  ...[false, true].map((written) => ({
    what: `a gateway's page, the contact ${written ? "written" : "not written"}`,
    fault: { kind: "html", written } as const,
    error: "ServerError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  })),
  ...[false, true].map((written) => ({
    what: `a connection lost ${written ? "after" : "before"} the contact was written`,
    fault: { kind: "reset", written } as const,
    error: "ConnectionError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  })),
  {
    what: "an answer that stalls after its headers",
    fault: { kind: "stall" },
    error: "TimeoutError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  },
  {
    what: "a 200 that is not JSON",
    fault: { kind: "garbage" },
    error: "UnexpectedResponseError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  },
  {
    what: "an empty 200",
    fault: { kind: "empty" },
    error: "UnexpectedResponseError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  },
  {
    what: "a 200 that is a proxy's page",
    fault: { kind: "html", status: 200 },
    error: "UnexpectedResponseError",
    maybeDelivered: true,
    repeated: { withDedupe: true, withoutDedupe: false },
  },
  ...(
    [
      [400, "InvalidRequestError"],
      [401, "AuthenticationError"],
      [402, "PaymentRequiredError"],
      [403, "PermissionDeniedError"],
      [404, "NotFoundError"],
      [409, "ApolloApiError"],
      [413, "ApolloApiError"],
      [422, "InvalidRequestError"],
    ] as const
  ).map(([status, error]) => ({
    what: `${status}`,
    fault: { kind: "status", status } as const,
    error,
    maybeDelivered: false,
    repeated: { withDedupe: false, withoutDedupe: false },
  })),
  {
    what: "a redirect",
    fault: { kind: "redirect", location: "http://127.0.0.1:9/elsewhere" },
    error: "RedirectError",
    maybeDelivered: false,
    repeated: { withDedupe: false, withoutDedupe: false },
  },
];

// A stall is the only fault that takes this long; the others answer at once.
const timeoutMs = 500;

describe.each([
  { dedupe: true, name: "with deduplication on" },
  { dedupe: false, name: "with deduplication off" },
])("$name", ({ dedupe }) => {
  const contact = dedupe ? { ...ada, run_dedupe: true } : ada;

  test.each(table)("$what: repeated only where that is safe", async ({ fault, error, maybeDelivered, repeated }) => {
    const sandbox = await sandboxForTest();
    const slow = fault.kind === "stall";
    const { client, waits } = clientOf(sandbox, slow ? { timeoutMs } : {});
    const mayRepeat = dedupe ? repeated.withDedupe : repeated.withoutDedupe;

    // When the fault strikes every attempt
    sandbox.failNext(fault, 3);
    const thrown = await errorOf(client.contacts.create(contact));

    // Then the error says what is certain, and the request went out as often as it should
    const attempts = mayRepeat ? 3 : 1;
    expect(thrown).toMatchObject({ name: error, maybeDelivered, attempts });
    expect(isApolloError(thrown)).toBe(true);
    expect(sandbox.requests()).toHaveLength(attempts);
    expect(waits).toHaveLength(attempts - 1);
    // And without deduplication there is never more than the one contact that the fault let through
    expect(sandbox.contacts().length).toBeLessThanOrEqual(1);

    // When it strikes once
    sandbox.reset();
    sandbox.failNext(fault);
    const once = client.contacts.create(contact);

    // Then the repeat succeeds, or there is none
    if (mayRepeat) {
      expect(await once).toMatchObject({ attempts: 2, contact: { first_name: "Ada" } });
      expect(sandbox.contacts()).toHaveLength(1);
    } else {
      await expect(once).rejects.toMatchObject({ name: error, attempts: 1 });
    }
  });

  test.each([
    ["connection refused", async () => `http://127.0.0.1:${await closedPort()}`, /ECONNREFUSED/],
    ["a host that nobody knows", () => Promise.resolve("http://apollo.invalid/api/v1"), /ENOTFOUND|EAI_AGAIN/],
    ["a port that fetch refuses", () => Promise.resolve("http://127.0.0.1:1/api/v1"), /Could not connect/],
  ])("%s: never sent, so repeated", async (_, baseUrl, message) => {
    const { client, waits } = clientOf({ url: await baseUrl(), apiKey: "key" });

    const thrown = await errorOf(client.contacts.create(contact));

    expect(thrown).toMatchObject({ name: "ConnectionError", maybeDelivered: false, attempts: 3 });
    expect((thrown as Error).message).toMatch(message);
    expect(waits).toEqual([250, 500]);
  });
});

test("run_dedupe makes a repeat harmless if it is the literal true, and not merely truthy", async () => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox);
  sandbox.failNext({ kind: "status", status: 503 });

  const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: "true" as never }));

  expect(thrown).toMatchObject({ name: "ServerError", attempts: 1 });
});

test("what one attempt may have delivered stays possible, whatever the last attempt came to", async () => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox);

  sandbox.failNext({ kind: "reset", written: true });
  sandbox.failNext({ kind: "status", status: 401 });
  const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

  expect(thrown).toMatchObject({ name: "AuthenticationError", attempts: 2, maybeDelivered: true });
});

test.each([
  [{ maxRetries: 0 }, {}, 1],
  [{ maxRetries: 4 }, {}, 5],
  [{ maxRetries: 4 }, { maxRetries: 1 }, 2],
])("client options %j and call options %j make %i attempts", async (options, callOptions, attempts) => {
  const sandbox = await sandboxForTest();
  const { client } = clientOf(sandbox, options);
  sandbox.failNext({ kind: "status", status: 503 }, 10);

  await errorOf(client.contacts.create({ ...ada, run_dedupe: true }, callOptions));

  expect(sandbox.requests()).toHaveLength(attempts);
});

test("the backoff doubles, is capped, and has full jitter", async () => {
  const sandbox = await sandboxForTest();
  const randoms = [0, 0.999, 0.5, 0.5, 0.5, 0.5, 0.5];
  const { client, waits } = clientOf(sandbox, { maxRetries: 7, runtime: { random: () => randoms.shift() ?? 0 } });
  sandbox.failNext({ kind: "status", status: 503 }, 10);

  await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

  expect(waits).toEqual([0, 999, 1000, 2000, 4000, 4000, 4000]);
});

test("all attempts send the same bytes, whatever the caller does with the contact meanwhile", async () => {
  const sandbox = await sandboxForTest();
  const contact = { ...ada, first_name: "Ada" as string, run_dedupe: true };
  const { client } = clientOf(sandbox, {
    runtime: {
      sleep: () => {
        contact.first_name = "Eve";
        return Promise.resolve();
      },
    },
  });
  sandbox.failNext({ kind: "status", status: 503 });

  await client.contacts.create(contact);

  expect(sandbox.requests().map(({ body }) => body)).toEqual([
    { ...ada, run_dedupe: true },
    { ...ada, run_dedupe: true },
  ]);
});

describe("a call is judged by the body that it sends, not by the object that it was made of", () => {
  class Lead {
    readonly first_name: string = "Ada";
    get run_dedupe() {
      return this.first_name === "Ada";
    }
  }
  test.each<[string, object, number]>([
    ["a getter of a class, which is not written", new Lead(), 1],
    ["an inherited field, which is not written", Object.create({ run_dedupe: true }) as object, 1],
    ["a field of every object, which is not written", ada, 1],
    ["a toJSON that leaves it out", { run_dedupe: true, toJSON: () => ada }, 1],
    ["a toJSON that puts it in", { toJSON: () => ({ ...ada, run_dedupe: true }) }, 3],
    [
      "a getter of its own, which is written",
      Object.defineProperty({}, "run_dedupe", { get: () => true, enumerable: true }),
      3,
    ],
  ])("run_dedupe as %s", async (_, contact, attempts) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status: 503 }, 3);

    if (contact === ada) {
      // As a careless library may do to everybody.
      Object.defineProperty(Object.prototype, "run_dedupe", { value: true, configurable: true });
      onTestFinished(() => void Reflect.deleteProperty(Object.prototype, "run_dedupe"));
    }

    expect(await errorOf(client.contacts.create(contact as never))).toMatchObject({ name: "ServerError", attempts });
    expect(sandbox.requests()).toHaveLength(attempts);
  });
});
