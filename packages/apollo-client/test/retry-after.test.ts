import { describe, expect, test } from "vitest";

import type { ApolloClientOptions } from "@datafly/apollo-client";
import { readRetryAfter } from "@datafly/safe-http";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const now = Date.parse("2026-02-25T14:30:00Z");
const somewhere = { url: "http://127.0.0.1", apiKey: "key" };

describe("a retry-after header", () => {
  test.each([
    ["0", 0],
    ["2", 2000],
    ["0.25", 250],
    ["1.0004", 1001],
    [" 3600 ", 3_600_000],
    ["Wed, 25 Feb 2026 14:30:10 GMT", 10_000],
    ["Wednesday, 25-Feb-26 14:30:10 GMT", 10_000],
    ["Wed, 25 Feb 2026 14:29:00 GMT", 0],
    ["Wed Feb 25 14:30:10 2026", 10_000],
    ["Wed, 25 Feb 2026 14:30:10", 10_000],
    ["31535999", 31_535_999_000],
    ["99999999999999", 31_536_000_000],
    ["9".repeat(400), 31_536_000_000],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 31_536_000_000],
    ["Mon, 01 Jan 0001 00:00:00 GMT", 0],
    ["3600, 3600", 3_600_000],
    ["2,60.5", 60_500],
    ["2, soon", 2000],
    ["", undefined],
    [", 120", 120_000],
    ["120 ,\t130", 130_000],
    ["120, Wed, 25 Feb 2026 14:30:10 GMT", 120_000],
    ["Wed, 25 Feb 2026 14:30:10 GMT, Wednesday, 25-Feb-26 14:32:00 GMT, 5", 120_000],
    ["Wed, 25 Feb 2026 14:30", undefined],
    ["Wed, 25 Feb 2026 14:30:10.5", undefined],
    ["sunny 5", undefined],
    ["Wed, 5", 5000],
    ["soon", undefined],
    ["-1", undefined],
    ["1e3", undefined],
    ["2026-02-25", undefined],
    ["Wed, whenever", undefined],
    ...["Sun, 01 Mar", "Mon, 02 Mar", "Tue, 03 Mar", "Thu, 26 Feb", "Fri, 27 Feb", "Sat, 28 Feb"].map(
      (day, index): [string, number] => [`${day} 2026 14:30:00 GMT`, ([4, 5, 6, 1, 2, 3][index] ?? 0) * 86_400_000],
    ),
  ])("%j asks for %s ms", (value, expected) => {
    expect(readRetryAfter(new Headers({ "retry-after": value }), now)).toBe(expected);
  });

  test("that is a date is measured on the server's clock, where the answer tells it", () => {
    const headers = new Headers({
      "retry-after": "Wed, 25 Feb 2026 14:31:00 GMT",
      date: "Wed, 25 Feb 2026 14:30:30 GMT",
    });
    expect(readRetryAfter(headers, now)).toBe(30_000);
  });

  test.each(["Asia/Tokyo", "America/Los_Angeles"])(
    "that is a date without a time zone is in GMT, wherever the client runs: %s",
    (zone) => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        const headers = new Headers({ "retry-after": "Wed Feb 25 14:31:00 2026", date: "Wed Feb 25 14:30:30 2026" });
        expect(new Date(0).getTimezoneOffset()).not.toBe(0);
        expect(readRetryAfter(headers, now)).toBe(30_000);
        headers.delete("date");
        expect(readRetryAfter(headers, now)).toBe(60_000);
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
    },
  );

  test("that is not there asks for nothing", () => {
    expect(readRetryAfter(new Headers(), now)).toBeUndefined();
  });
});

describe.each([429, 408, 500, 502, 503])("an answer of %i", (status) => {
  test.each([
    ["2", 2000],
    ["0.5", 500],
    ["60", 60_000],
  ])("with retry-after %s is repeated after exactly that", async (value, waited) => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status, headers: { "retry-after": value } });

    await client.contacts.create({ ...ada, run_dedupe: true });

    expect(waits).toEqual([waited]);
  });

  test.each([
    ["61", 61_000],
    ["86400", 86_400_000],
  ])("with retry-after %s, longer than the caller waits, is handed back at once", async (value, retryAfterMs) => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status, headers: { "retry-after": value } });

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(thrown).toMatchObject({ status, retryAfterMs, attempts: 1 });
    expect(waits).toEqual([]);
    expect(sandbox.requests()).toHaveLength(1);
  });

  const answeringWith = (value: string): Partial<ApolloClientOptions> => ({
    // A server of Node's would tell its own time in the header `date`.
    fetch: () => Promise.resolve(new Response("", { status, headers: { "retry-after": value } })),
    runtime: { now: () => now },
  });

  test.each([
    ["Wed, 25 Feb 2026 14:30:10 GMT", 10_000],
    ["Wed Feb 25 14:30:10 2026", 10_000],
    ["Wed, 25 Feb 2026 14:29:00 GMT", 0],
  ])("with a retry-after of %s is retried then, and not earlier", async (value, waited) => {
    const { client, waits } = clientOf(somewhere, answeringWith(value));

    await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(waits).toEqual([waited, waited]);
  });

  test("with a retry-after of a date that is longer away than the caller waits is handed back at once", async () => {
    const { client, waits } = clientOf(somewhere, answeringWith("Wed, 25 Feb 2026 15:30:00 GMT"));

    const thrown = await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(thrown).toMatchObject({ status, retryAfterMs: 3_600_000, attempts: 1 });
    expect(waits).toEqual([]);
  });

  test.each([
    ["172800", "172800 s"],
    ["172801", "3 days"],
    ["99999999999999", "a year or more"],
    ["Fri, 31 Dec 9999 23:59:59 GMT", "a year or more"],
  ])("with retry-after %s is explained in words that are true: %s", async (value, said) => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox, { maxRetryAfterMs: 2 ** 31 - 1 });
    sandbox.failNext({ kind: "status", status, headers: { "retry-after": value } });

    const thrown = (await errorOf(client.contacts.create({ ...ada, run_dedupe: true }, { maxRetries: 0 }))) as Error & {
      retryAfterMs: number;
    };

    expect(waits).toEqual([]);
    expect(new Date(Date.now() + thrown.retryAfterMs).getTime()).not.toBeNaN();
    if (status === 429) expect(thrown.message).toContain(`Retry in ${said};`);
  });

  test("with a retry-after that no timer can hold is not retried", async () => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox, { maxRetryAfterMs: 2 ** 31 - 1 });
    sandbox.failNext({ kind: "status", status, headers: { "retry-after": "99999999999999" } });

    await errorOf(client.contacts.create({ ...ada, run_dedupe: true }));

    expect(waits).toEqual([]);
    expect(sandbox.requests()).toHaveLength(1);
  });

  test("with a malformed retry-after is repeated after a backoff", async () => {
    const sandbox = await sandboxForTest();
    const { client, waits } = clientOf(sandbox);
    sandbox.failNext({ kind: "status", status, headers: { "retry-after": "soon" } });

    await client.contacts.create({ ...ada, run_dedupe: true });

    expect(waits).toEqual([250]);
  });
});

test("a date is measured on the client's own clock where the answer does not tell the server's", async () => {
  const headers = { "retry-after": "Wed, 25 Feb 2026 14:30:10 GMT" };
  const { client, waits } = clientOf(
    { url: "http://127.0.0.1", apiKey: "key" },
    { fetch: () => Promise.resolve(new Response("", { status: 429, headers })), runtime: { now: () => now } },
  );

  const thrown = await errorOf(client.contacts.create(ada, { maxRetries: 1 }));

  expect(waits).toEqual([10_000]);
  expect(thrown).toMatchObject({ retryAfterMs: 10_000 });
});

test("maxRetryAfterMs sets how long the client waits by itself", async () => {
  const sandbox = await sandboxForTest();
  const { client, waits } = clientOf(sandbox, { maxRetryAfterMs: 0 });
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "1" } });

  await expect(client.contacts.create(ada)).rejects.toMatchObject({ name: "RateLimitError", retryAfterMs: 1000 });
  expect(waits).toEqual([]);
});
