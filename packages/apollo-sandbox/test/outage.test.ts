import { InvalidInputError } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, checkKey, post, sandboxForTest, send } from "./caller.js";

describe("an outage", () => {
  it("answers every request with a gateway's page of 503, until it ends", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage();

    for (let call = 0; call < 3; call += 1) {
      const contact = await post(sandbox, ada);
      expect(contact).toMatchObject({ status: 503, body: expect.stringContaining("<html>") as string });
      expect(contact.headers.get("retry-after")).toBeNull();
      expect((await checkKey(sandbox)).status).toBe(503);
      expect((await fetch(`${sandbox.url}/elsewhere`)).status).toBe(503);
    }
    sandbox.endOutage();
    sandbox.endOutage();

    expect((await post(sandbox, ada)).status).toBe(200);
    expect((await checkKey(sandbox)).status).toBe(200);
    expect((await fetch(`${sandbox.url}/elsewhere`)).status).toBe(404);
  });

  it.each([
    { retryAfter: 6, header: "6" },
    { retryAfter: 0.5, header: "0.5" },
    { retryAfter: "Wed, 25 Feb 2026 14:30:10 GMT", header: "Wed, 25 Feb 2026 14:30:10 GMT" },
  ])("may have another status, and ask for a wait of $retryAfter", async ({ retryAfter, header }) => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage();
    sandbox.startOutage({ status: 502, retryAfter });

    for (const answer of [await post(sandbox, ada), await checkKey(sandbox)]) {
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([502, header]);
    }
  });

  it("may reset every connection, for as long as it lasts", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage({ reset: true });

    for (let call = 0; call < 3; call += 1) {
      await expect(send(sandbox, ada)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
      await expect(fetch(`${sandbox.url}/auth/health`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    }
    expect(sandbox.contacts()).toEqual([]);
    expect(sandbox.requests().at(-1)).toMatchObject({ status: null, answer: null, fault: "outage" });
    expect(sandbox.requests().at(-1)?.durationMs).not.toBeNull();
    sandbox.endOutage();

    expect((await post(sandbox, ada)).status).toBe(200);
  });

  it("carries out nothing, counts nothing, and does not use up planted faults", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 500 });
    sandbox.startOutage();

    await post(sandbox, ada);
    await checkKey(sandbox, { "x-api-key": "unknown" });
    sandbox.endOutage();

    expect(sandbox.contacts()).toEqual([]);
    expect(sandbox.usage().minute.used).toBe(0);
    expect(sandbox.requests()).toMatchObject([
      { method: "POST", status: 503, outcome: "not_processed", fault: "outage" },
      { method: "GET", status: 503, outcome: "not_processed", fault: "outage" },
    ]);
    expect((await post(sandbox, ada)).status).toBe(500);
  });

  it("ends with a reset", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage();

    sandbox.reset();

    expect((await post(sandbox, ada)).status).toBe(200);
  });

  it.each([
    { outage: null, complaint: "An outage must be an object." },
    { outage: { status: 200 }, complaint: "status of an outage must be a whole number from 400 to 599." },
    { outage: { retryAfter: -1 }, complaint: "retryAfter of an outage must be a number of seconds" },
    { outage: { retryAfter: "6\n" }, complaint: "retryAfter of an outage must be a number of seconds" },
    { outage: { retryAfter: Number.NaN }, complaint: "retryAfter of an outage must be a number of seconds" },
    { outage: { reset: "yes" }, complaint: "reset of an outage must be true or false." },
    { outage: { reset: true, status: 503 }, complaint: "An outage that resets connections has no status." },
    { outage: { reset: true, retryAfter: 6 }, complaint: "An outage that resets connections has no retryAfter." },
    { outage: { retry_after: 6 }, complaint: "An outage has no retry_after." },
  ])("cannot be $outage", async ({ outage, complaint }) => {
    const sandbox = await sandboxForTest();

    expect(() => {
      sandbox.startOutage(outage as never);
    }).toThrow(InvalidInputError);
    expect(() => {
      sandbox.startOutage(outage as never);
    }).toThrow(complaint);
    expect((await post(sandbox, ada)).status).toBe(200);
  });
});
