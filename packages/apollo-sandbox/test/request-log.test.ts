import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";

import type { Fault } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, create, post, sandboxForTest, send } from "./caller.js";
import { VirtualClock } from "./virtual-clock.js";

const lead = { ...ada, email: "ada@x.example", run_dedupe: true };

it("tells what came, what was answered and what became of it", async () => {
  const clock = new VirtualClock();
  const sandbox = await sandboxForTest({ clock });

  const created = await create(sandbox, lead);
  clock.advance(1500);
  const updated = await create(sandbox, { ...lead, title: "Countess" });
  const refused = await post(sandbox, { first_name: "Ada" });

  const { id: contactId } = created.contact;
  const answer = (body: string) => ({ contentType: "application/json; charset=utf-8", body, cut: false });
  const call = { method: "POST", path: "/api/v1/contacts", contentType: "application/json", durationMs: 0 };
  expect(sandbox.requests()).toEqual([
    {
      ...call,
      number: 1,
      at: "2026-01-01T00:00:00.000Z",
      body: lead,
      status: 200,
      answer: answer(JSON.stringify(created)),
      outcome: "created",
      contactId,
      changes: [
        { field: "first_name", from: null, to: "Ada" },
        { field: "last_name", from: null, to: "Byron" },
        { field: "email", from: null, to: "ada@x.example" },
      ],
    },
    {
      ...call,
      number: 2,
      at: "2026-01-01T00:00:01.500Z",
      body: { ...lead, title: "Countess" },
      status: 200,
      answer: answer(JSON.stringify(updated)),
      outcome: "matched",
      contactId,
      matchReason: "email_match",
      changes: [{ field: "title", from: null, to: "Countess" }],
    },
    {
      ...call,
      number: 3,
      at: "2026-01-01T00:00:01.500Z",
      body: { first_name: "Ada" },
      status: 422,
      answer: answer(refused.body),
      outcome: "refused",
    },
  ]);
});

it.each([
  { body: "not JSON", contentType: "application/json", recorded: null },
  { body: '{"first_name":"Ada"}', contentType: "text/plain", recorded: null },
  { body: "[1]", contentType: "application/json", recorded: [1] },
])("holds a body only if it was JSON: $body as $contentType", async ({ body, contentType, recorded }) => {
  const sandbox = await sandboxForTest();
  await post(sandbox, body, { "content-type": contentType });
  expect(sandbox.requests()).toMatchObject([{ contentType, body: recorded, outcome: "refused" }]);
});

it("forgets the oldest requests first", async () => {
  const sandbox = await sandboxForTest({ maxRequests: 2 });
  for (let call = 0; call < 4; call += 1) await create(sandbox, ada);
  expect(sandbox.requests().map((request) => request.number)).toEqual([3, 4]);
  expect(sandbox.contacts()).toHaveLength(4);
});

it("hands out copies, which a test may do with as it likes", async () => {
  const sandbox = await sandboxForTest();
  await create(sandbox, lead);
  const [request] = sandbox.requests();
  const [contact] = sandbox.contacts();
  if (request === undefined || contact === undefined) throw new Error("nothing was recorded");
  Object.assign(request.body as object, { first_name: "Eve" });
  contact.first_name = "Eve";
  expect(sandbox.requests()).toMatchObject([{ body: lead }]);
  expect(sandbox.contacts()).toMatchObject([ada]);
});

describe("holds no key, wherever one was put", () => {
  const keys = { "secret-key-1": "contacts/create", "secret-key-12": "none" } as const;
  it.each<{ place: string; path?: string; headers?: Record<string, string>; body?: object }>([
    { place: "in the header" },
    { place: "in the header, without the scope", headers: { "x-api-key": "secret-key-12" } },
    { place: "as a bearer token", headers: { authorization: "Bearer secret-key-1" } },
    { place: "in the query string", path: "?api_key=secret-key-1" },
    { place: "in the path", path: "/secret-key-1" },
    { place: "in the content type", headers: { "content-type": "application/json; key=secret-key-1" } },
    { place: "in the body", body: { api_key: "secret-key-12" } },
    { place: "in the body, under another key's name", body: { "secret-key-1": "x", list: ["a secret-key-12 b"] } },
    { place: "in the body, and known to another server only", body: { api_key: "secret-key-of-the-real-one" } },
  ])("$place", async ({ path = "", headers = {}, body = {} }) => {
    const sandbox = await sandboxForTest({ keys });
    const request = {
      method: "POST",
      headers: { "x-api-key": sandbox.apiKey, "content-type": "application/json", ...headers },
      body: JSON.stringify({ ...lead, ...body }),
    };
    const answers = [await fetch(`${sandbox.url}/contacts${path}`, request)];
    sandbox.failNext({ kind: "html" });
    answers.push(await fetch(`${sandbox.url}/contacts${path}`, request));

    expect(sandbox.requests()).toHaveLength(2);
    const shown = [
      sandbox.requests(),
      sandbox.contacts(),
      await Promise.all(answers.map((answer) => answer.text())),
      await (await fetch(`${sandbox.adminUrl}/requests`)).text(),
    ];
    expect(JSON.stringify(shown)).not.toContain("secret-key");
    // The longer key was not taken for the shorter one and a 2.
    expect(JSON.stringify(shown)).not.toContain("[key]2");
  });
});

describe("holds no key in an answer, whatever is planted", () => {
  // This one is spelt with escapes in JSON.
  const keys = { 'secret-key-"1\\': "contacts/create" } as const;
  it.each<{ place: string; fault: Fault }>([
    { place: "in a text", fault: { kind: "status", status: 500, body: 'no: secret-key-"1\\' } },
    { place: "in JSON", fault: { kind: "status", status: 500, body: { error: 'no: secret-key-"1\\' } } },
    {
      place: "known to another server only",
      fault: { kind: "status", status: 500, body: { api_key: "secret-key-2" } },
    },
    {
      place: "where the body is cut",
      fault: { kind: "status", status: 500, body: `${"x".repeat(8185)}secret-key-"1\\` },
    },
    {
      place: "in the content type",
      fault: { kind: "status", status: 500, body: "", contentType: 'a/b; c=secret-key-"1\\' },
    },
  ])("$place", async ({ fault }) => {
    const sandbox = await sandboxForTest({ keys });
    sandbox.failNext(fault);
    await send(sandbox, lead);
    expect(sandbox.requests()).toMatchObject([{ status: 500, answer: { body: expect.any(String) as string } }]);
    expect(JSON.stringify(sandbox.requests())).not.toContain("secret-");
  });
});

it("keeps the beginning of a long answer", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 500, body: "a".repeat(8193) });
  sandbox.failNext({ kind: "status", status: 500, body: "a".repeat(8192) });
  await send(sandbox, lead);
  await send(sandbox, lead);
  const body = "a".repeat(8192);
  expect(sandbox.requests()).toMatchObject([{ answer: { body, cut: true } }, { answer: { body, cut: false } }]);
});

it("holds a request from when its body is there: after a reset that came meanwhile", async () => {
  const sandbox = await sandboxForTest();
  const headers = { "x-api-key": sandbox.apiKey, "content-type": "application/json", expect: "100-continue" };
  const call = request(`${sandbox.url}/contacts`, { method: "POST", headers });
  call.flushHeaders();
  // The server says so in the moment in which it begins to handle the request.
  await once(call, "continue");
  sandbox.reset();
  call.end(JSON.stringify(lead));
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(sandbox.contacts()).toMatchObject([{ email: lead.email }]);
  expect(sandbox.requests()).toMatchObject([{ number: 1, status: 200, outcome: "created" }]);
});

it("is right about a contact whose answer was lost", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "reset", written: true });
  await expect(send(sandbox, lead)).rejects.toThrow();
  await create(sandbox, lead);
  const [contact] = sandbox.contacts();
  expect(sandbox.requests()).toMatchObject([
    { status: null, answer: null, outcome: "created", contactId: contact?.id, fault: "reset" },
    { status: 200, outcome: "matched", contactId: contact?.id },
  ]);
});
