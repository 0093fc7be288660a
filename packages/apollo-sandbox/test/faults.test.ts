import type { Fault, RecordedRequest } from "@datafly/apollo-sandbox";
import { describe, expect, it, vi } from "vitest";

import { ada, create, post, sandboxForTest, send } from "./caller.js";
import { observe, specViolations } from "../../apollo-client/test/support/spec-conformance.js";
import { VirtualClock } from "./virtual-clock.js";

const lead = { ...ada, email: "ada@x.example", run_dedupe: true };

/** What a caller gets to see, be it an answer or none. */
async function callerSees(call: Promise<Response>): Promise<unknown> {
  try {
    const response = await call;
    return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
  } catch (error) {
    const { cause } = error as Error;
    return { lost: cause instanceof Error && "code" in cause ? cause.code : cause };
  }
}

const json = "application/json; charset=utf-8";
const html = "text/html; charset=utf-8";
const brokenOff = '{"contact":{"id":"66f1c0ff';

describe("a fault replaces the answer, and the request is carried out first or not", () => {
  it.each<{ fault: Fault; sees: object; written: boolean; status: number | null }>([
    { fault: { kind: "status", status: 500 }, sees: { status: 500, type: json }, written: false, status: 500 },
    { fault: { kind: "status", status: 503, written: true }, sees: { status: 503 }, written: true, status: 503 },
    {
      fault: { kind: "status", status: 504, body: "gone", contentType: "text/html" },
      sees: { status: 504, type: "text/html", body: "gone" },
      written: false,
      status: 504,
    },
    {
      fault: { kind: "status", status: 402, body: { error: "Pay." } },
      sees: { status: 402, type: json, body: '{"error":"Pay."}' },
      written: false,
      status: 402,
    },
    {
      fault: { kind: "status", status: 204, body: "no body" },
      sees: { status: 204, body: "" },
      written: false,
      status: 204,
    },
    { fault: { kind: "html" }, sees: { status: 502, type: html }, written: false, status: 502 },
    {
      fault: { kind: "html", status: 200, written: true },
      sees: { status: 200, type: html },
      written: true,
      status: 200,
    },
    { fault: { kind: "garbage" }, sees: { status: 200, type: json, body: brokenOff }, written: true, status: 200 },
    { fault: { kind: "garbage", written: false }, sees: { status: 200, body: brokenOff }, written: false, status: 200 },
    { fault: { kind: "empty" }, sees: { status: 200, type: json, body: "" }, written: true, status: 200 },
    { fault: { kind: "empty", written: false }, sees: { status: 200, body: "" }, written: false, status: 200 },
    { fault: { kind: "reset", written: false }, sees: { lost: "ECONNRESET" }, written: false, status: null },
    { fault: { kind: "reset", written: true }, sees: { lost: "ECONNRESET" }, written: true, status: null },
    {
      fault: { kind: "redirect", location: "https://elsewhere.example/" },
      sees: { status: 302 },
      written: false,
      status: 302,
    },
    { fault: { kind: "redirect", location: "/v2", status: 307 }, sees: { status: 307 }, written: false, status: 307 },
  ])("$fault", async ({ fault, sees, written, status }) => {
    const sandbox = await sandboxForTest();
    sandbox.failNext(fault);

    expect(await callerSees(send(sandbox, lead))).toMatchObject(sees);

    expect(sandbox.contacts()).toHaveLength(written ? 1 : 0);
    expect(sandbox.usage().minute.used).toBe(written ? 1 : 0);
    const [contact] = sandbox.contacts();
    const [request] = sandbox.requests();
    expect(request).toMatchObject({
      status,
      fault: fault.kind,
      outcome: written ? "created" : "not_processed",
    } satisfies Partial<RecordedRequest>);
    expect(request?.contactId).toBe(contact?.id);
    // The next request is none of the fault's business.
    expect((await create(sandbox, lead)).dedupe_result?.found_existing).toBe(written ? true : undefined);
  });
});

describe("the answers of Apollo's own that can be planted", () => {
  it.each([400, 401, 403, 404, 422, 429, 500, 503])("%i keeps to the API's description", async (status) => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status });
    expect((await post(sandbox, lead)).status).toBe(status);
  });

  it("a gateway's page does, too", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "html" });
    expect((await post(sandbox, lead)).status).toBe(502);
  });

  it.each<Fault>([{ kind: "garbage" }, { kind: "empty" }, { kind: "redirect", location: "/" }])(
    "$kind does not: it is there to be met by a caller who relies on the description",
    async (fault) => {
      const sandbox = await sandboxForTest();
      sandbox.failNext(fault);
      expect(specViolations(await observe(await send(sandbox, lead)))).not.toEqual([]);
    },
  );

  it("is the right answer where the request is carried out and has that status", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 200, written: true });
    sandbox.failNext({ kind: "status", status: 422, written: true, headers: { "x-by": "a gateway" } });

    const found = await post(sandbox, lead);
    const refused = await post(sandbox, { first_name: "Ada" });

    expect(JSON.parse(found.body)).toMatchObject({ contact: { email: lead.email } });
    expect(found.headers.get("x-minute-usage")).toBe("1");
    expect(refused.body).toContain("last_name can't be blank");
    expect([refused.headers.get("x-by"), refused.headers.get("x-minute-usage")]).toEqual(["a gateway", null]);
  });

  it("429 asks for a second, unless other headers are given", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 429 });
    sandbox.failNext({ kind: "status", status: 429, headers: { "Retry-After": "7.5" } });
    sandbox.failNext({ kind: "status", status: 429, headers: {} });
    sandbox.failNext({ kind: "status", status: 429, body: "Slow down." });
    const asked: (string | null)[] = [];
    for (let call = 0; call < 4; call += 1) asked.push((await send(sandbox, lead)).headers.get("retry-after"));
    expect(asked).toEqual(["1", "7.5", null, "1"]);
  });

  it("may have another content type, however its name is written", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 500, body: {}, headers: { "Content-Type": "text/html" } });
    expect((await send(sandbox, lead)).headers.get("content-type")).toBe("text/html");
  });

  it("a redirect says where to", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "redirect", location: "https://elsewhere.example/" });
    expect((await send(sandbox, lead)).headers.get("location")).toBe("https://elsewhere.example/");
  });
});

describe("a stalled answer", () => {
  it.each([
    { fault: { kind: "stall" }, contacts: 1, outcome: "created" },
    { fault: { kind: "stall", written: false }, contacts: 0, outcome: "not_processed" },
  ] as const)("begins and never ends ($fault)", async ({ fault, contacts, outcome }) => {
    const sandbox = await sandboxForTest();
    sandbox.failNext(fault);

    const response = await send(sandbox, lead);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    const second = reader?.read();

    expect(response.status).toBe(200);
    expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe(brokenOff);
    expect(await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 50, "silence"))])).toBe("silence");
    expect(sandbox.contacts()).toHaveLength(contacts);
    expect(sandbox.requests()).toMatchObject([{ status: 200, fault: "stall", outcome }]);

    await sandbox.close();
    await expect(second).rejects.toThrow();
  });
});

describe("a slow answer", () => {
  it("is the right one, and late, while the contact is there at once", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ clock });
    sandbox.failNext({ kind: "slow", delayMs: 5000 });

    const answer = create(sandbox, lead);
    await vi.waitFor(() => {
      expect(clock.sleeping).toBe(1);
    });
    expect(sandbox.contacts()).toHaveLength(1);
    expect(sandbox.requests()).toMatchObject([
      { status: null, durationMs: null, outcome: "created", fault: "slow", contactId: sandbox.contacts()[0]?.id },
    ]);

    clock.advance(5000);
    expect((await answer).contact.email).toBe("ada@x.example");
    expect(sandbox.requests()).toMatchObject([{ status: 200, durationMs: 5000 }]);
  });
});

describe("planted faults", () => {
  it("strike in their order, each as often as it was planted for", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 500 }, 2);
    sandbox.failNext({ kind: "html" });

    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await post(sandbox, lead)).status);

    expect(statuses).toEqual([500, 500, 502, 200]);
    expect(sandbox.requests().map((request) => request.fault)).toEqual(["status", "status", "html", undefined]);
  });

  it("come before the key is looked at, and wait for a request to create a contact", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 500 });
    await fetch(new URL("/v1/contacts", sandbox.url), { method: "POST" });
    expect((await post(sandbox, lead, { "x-api-key": "unknown-key" })).status).toBe(500);
  });

  it("do not make a wrong request write", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "reset", written: true }, 2);
    await callerSees(send(sandbox, { first_name: "Ada" }));
    await callerSees(send(sandbox, lead, { "x-api-key": "unknown-key" }));
    expect(sandbox.contacts()).toEqual([]);
    expect(sandbox.requests().map((request) => request.outcome)).toEqual(["refused", "refused"]);
  });

  it("are forgotten on a reset", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "html" }, 5);
    sandbox.reset();
    expect((await post(sandbox, lead)).status).toBe(200);
  });
});

describe("what is not a fault is an error", () => {
  it.each<{ fault: unknown; times?: number; complaint: string }>([
    { fault: undefined, complaint: "kind is one of status, html, garbage, empty, reset, stall, slow, redirect" },
    { fault: { kind: "fire" }, complaint: "kind is one of" },
    { fault: { kind: "status" }, complaint: 'status of the fault "status" must be a whole number from 200 to 599' },
    { fault: { kind: "status", status: 199 }, complaint: "from 200 to 599" },
    { fault: { kind: "status", status: 500, body: 5 }, complaint: "a string or a JSON object" },
    { fault: { kind: "status", status: 500, body: { now: Date.now } }, complaint: "a string or a JSON object" },
    { fault: { kind: "status", status: 500, headers: { "a b": "c" } }, complaint: "header names and texts" },
    { fault: { kind: "status", status: 500, headers: { a: 5 } }, complaint: "header names and texts" },
    { fault: { kind: "status", status: 500, headers: { a: "b\u007f" } }, complaint: "header names and texts" },
    ...["Content-Length", "transfer-encoding", "trailer"].map((name) => ({
      fault: { kind: "status", status: 500, headers: { [name]: "5" } },
      complaint: "without content-length, transfer-encoding and trailer",
    })),
    { fault: { kind: "status", status: 500, contentType: "a\nb" }, complaint: "a valid header text" },
    { fault: { kind: "status", status: 500, contentType: "a/\u007f" }, complaint: "a valid header text" },
    { fault: { kind: "html", writen: true }, complaint: 'The fault "html" has no writen' },
    { fault: { kind: "html", toString: "x" }, complaint: 'The fault "html" has no toString' },
    { fault: { kind: "redirect", location: "/\u0001" }, complaint: 'location of the fault "redirect" must be' },
    { fault: { kind: "reset" }, complaint: 'written of the fault "reset" must be true or false' },
    { fault: { kind: "slow", delayMs: -1 }, complaint: "a whole number from 0 to" },
    { fault: { kind: "slow", delayMs: 2 ** 31 }, complaint: "a whole number from 0 to 2147483647" },
    { fault: { kind: "redirect" }, complaint: 'location of the fault "redirect" must be' },
    { fault: { kind: "redirect", location: "/", status: 200 }, complaint: "from 300 to 399" },
    { fault: { kind: "html" }, times: 0, complaint: "times must be a whole number, 1 or more" },
    { fault: { kind: "html" }, times: 1.5, complaint: "times must be a whole number, 1 or more" },
  ])("$fault", async ({ fault, times, complaint }) => {
    const sandbox = await sandboxForTest();
    expect(() => {
      sandbox.failNext(fault as Fault, times);
    }).toThrow(complaint);
    expect((await post(sandbox, lead)).status).toBe(200);
  });
});
