import { request as httpRequest } from "node:http";

import { InvalidInputError, type Sandbox, type SeedContact } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, create, post, sandboxForTest, send } from "./caller.js";
import { followForTest } from "./page-reader.js";
import { version } from "../package.json";

async function admin(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  const response = await fetch(sandbox.adminUrl + path, {
    method,
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

describe("the admin API", () => {
  it("tells what the sandbox holds", async () => {
    const sandbox = await sandboxForTest();
    await create(sandbox, { ...ada, label_names: ["Leads"] });

    expect(await admin(sandbox, "GET", "/health")).toEqual({ status: 200, body: { status: "ok", version } });
    expect((await admin(sandbox, "GET", "/contacts")).body).toEqual({ contacts: sandbox.contacts() });
    expect((await admin(sandbox, "GET", "/labels")).body).toEqual({ labels: sandbox.labels() });
    expect((await admin(sandbox, "GET", "/requests")).body).toEqual({ requests: sandbox.requests() });
    expect((await admin(sandbox, "GET", "/usage")).body).toMatchObject({ usage: { minute: { limit: 200, used: 1 } } });
    expect((await admin(sandbox, "GET", "/requests/1")).body).toEqual({ request: sandbox.requests()[0] });
    expect(sandbox.requests()).toHaveLength(1);
  });

  it("changes the plan", async () => {
    const sandbox = await sandboxForTest();
    const answer = await admin(sandbox, "PUT", "/plan", { plan: { minute: 0, hour: null, day: null } });
    expect(answer).toMatchObject({ status: 200, body: { usage: { minute: { limit: 0 }, hour: { limit: null } } } });
    expect((await post(sandbox, ada)).status).toBe(429);
  });

  it("plants faults", async () => {
    const sandbox = await sandboxForTest();
    const once = { fault: { kind: "html" } };
    const twice = { fault: { kind: "status", status: 500 }, times: 2 };
    expect(await admin(sandbox, "POST", "/faults", once)).toEqual({ status: 201, body: { ...once, times: 1 } });
    expect(await admin(sandbox, "POST", "/faults", twice)).toEqual({ status: 201, body: twice });

    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await post(sandbox, ada)).status);
    expect(statuses).toEqual([502, 500, 500, 200]);
  });

  it("begins and ends an outage", async () => {
    const sandbox = await sandboxForTest();

    const begun = await admin(sandbox, "PUT", "/outage", { status: 502, retryAfter: 6 });
    const { status, headers } = await post(sandbox, ada);
    const ended = await admin(sandbox, "DELETE", "/outage");

    expect(begun).toEqual({ status: 200, body: { outage: { status: 502, retryAfter: 6 } } });
    expect([status, headers.get("retry-after")]).toEqual([502, "6"]);
    expect(ended).toEqual({ status: 204, body: undefined });
    expect((await post(sandbox, ada)).status).toBe(200);
    expect(await admin(sandbox, "PUT", "/outage", { status: 200 })).toEqual({
      status: 400,
      body: { error: "status of an outage must be a whole number from 400 to 599." },
    });
  });

  it("stores a contact that is to be there already", async () => {
    const sandbox = await sandboxForTest();
    const answer = await admin(sandbox, "POST", "/contacts", { email: "ada@x.example" });
    expect(answer).toEqual({ status: 201, body: { contact: sandbox.contacts()[0] } });
    expect((await create(sandbox, { ...ada, email: "ada@x.example", run_dedupe: true })).dedupe_result).toBeDefined();
  });

  it("forgets everything", async () => {
    const sandbox = await sandboxForTest({ plan: "free" });
    await create(sandbox, { ...ada, label_names: ["Leads"] });
    sandbox.usePlan("unlimited");

    expect(await admin(sandbox, "POST", "/reset")).toEqual({ status: 204, body: undefined });

    expect([sandbox.contacts(), sandbox.labels(), sandbox.requests()]).toEqual([[], [], []]);
    expect(sandbox.usage().minute).toEqual({ limit: 50, used: 0, left: 50, resetsInMs: null });
  });
});

describe("the admin API says what is wrong", () => {
  const id = "66f1c0ffee0a000000000001";
  it.each([
    { call: ["PUT", "/plan", {}], complaint: "plan must be one of free, basic," },
    { call: ["PUT", "/plan", { plan: "toString" }], complaint: "plan must be one of" },
    { call: ["PUT", "/plan", "no JSON"], complaint: "The body must be a JSON object" },
    { call: ["PUT", "/plan", []], complaint: "The body must be a JSON object" },
    { call: ["POST", "/faults", {}], complaint: "A fault must be an object whose kind is one of" },
    { call: ["POST", "/faults", { fault: { kind: "html" }, times: "2" }], complaint: "times must be a whole number" },
    { call: ["POST", "/contacts", { title: 5 }], complaint: "title must be a string" },
    { call: ["POST", "/contacts", { id: "1" }], complaint: "1 is not a valid ID" },
    { call: ["POST", "/contacts", { id }], complaint: `A contact with the id ${id} already exists` },
    {
      call: ["POST", "/contacts", { id: id.toUpperCase() }],
      complaint: `A contact with the id ${id} already exists`,
    },
    { call: ["POST", "/contacts", { additional_emails: "a" }], complaint: "additional_emails must be an array" },
    { call: ["POST", "/contacts", { additional_emails: [""] }], complaint: "additional_emails must be an array" },
    { call: ["POST", "/contacts", { additional_emails: ["ada"] }], complaint: "additional_emails must be an array" },
    { call: ["POST", "/contacts", { title: "my sandbox-key" }], complaint: "A contact must not contain a key." },
  ] as const)("$call", async ({ call: [method, path, body], complaint }) => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(ada);
    const answer = await admin(sandbox, method, path, body);
    expect(answer).toEqual({ status: 400, body: { error: expect.stringContaining(complaint) as string } });
    expect(sandbox.contacts()).toHaveLength(1);
  });

  it.each([
    ["POST", "/"],
    ["GET", "/nothing"],
    ["GET", "/requests/1"],
    ["GET", "/requests/one"],
    ["DELETE", "/contacts"],
  ])("%s %s is not there", async (method, path) => {
    const sandbox = await sandboxForTest();
    expect((await admin(sandbox, method, path)).status).toBe(404);
    expect(sandbox.requests()).toEqual([]);
  });
});

describe("the admin API shows no key, whoever put it there", () => {
  const key = "sandbox-key";
  it.each([
    { place: "as the id of a contact", path: "/contacts", body: { id: key } },
    {
      place: "within the id of a contact, where it is cut",
      path: "/contacts",
      body: { id: `${"x".repeat(92)}${key}` },
    },
    { place: "as the kind of a fault", path: "/faults", body: { fault: { kind: key } } },
    { place: "as the name of a member of a fault", path: "/faults", body: { fault: { kind: "html", [key]: true } } },
    {
      place: "in a planted answer",
      path: "/faults",
      body: { fault: { kind: "status", status: 500, body: `no: ${key}` } },
    },
    { place: "in a header", path: "/faults", body: { fault: { kind: "redirect", location: `/?api_key=${key}` } } },
  ])("$place", async ({ path, body }) => {
    const sandbox = await sandboxForTest();
    const answer = await admin(sandbox, "POST", path, body);
    const page = await followForTest(sandbox);
    expect(JSON.stringify([answer, await page.next()])).not.toContain("sandbox-");
  });

  it("but a planted answer reaches its caller as it was planted: what a client makes of it is to be seen", async () => {
    const sandbox = await sandboxForTest();
    await admin(sandbox, "POST", "/faults", { fault: { kind: "status", status: 500, body: `no: ${key}` } });
    expect(await (await send(sandbox, ada)).text()).toBe(`no: ${key}`);
  });
});

it("does not store a contact that no JSON can hold", async () => {
  const sandbox = await sandboxForTest();
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const typed_custom_fields of [cyclic, { now: Date.now }, { large: 1n }]) {
    const store = () => sandbox.addContact({ typed_custom_fields } as SeedContact);
    expect(store).toThrow(InvalidInputError);
    expect(store).toThrow("A contact must be valid JSON, nested at most 100 levels deep.");
  }
  expect(sandbox.contacts()).toEqual([]);
});

describe("the admin API answers this machine only", () => {
  // `fetch` does not let a caller set these headers, a browser or a program of its own does.
  function statusFor(sandbox: Sandbox, headers: Record<string, string>): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const call = httpRequest(`${sandbox.adminUrl}/reset`, { method: "POST", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on("error", reject).end();
    });
  }

  it.each([
    { host: "127.0.0.1", status: 204 },
    { host: "127.0.0.1:80", status: 204 },
    { host: "localhost:4010", status: 204 },
    { host: "LocalHost:4010", status: 204 },
    { host: "[::1]:4010", status: 204 },
    { host: "rebound.example:4010", status: 403 },
    { host: "localhost.rebound.example", status: 403 },
    { host: "127.0.0.1.rebound.example", status: 403 },
    { host: "10.0.0.7:4010", status: 403 },
    { host: "localhost", origin: "http://localhost", status: 204 },
    { host: "localhost:4010", origin: "http://localhost:4010", status: 204 },
    { host: "localhost:4010", origin: "http://localhost:3000", status: 403 },
    { host: "localhost:4010", origin: "https://elsewhere.example", status: 403 },
    { host: "localhost:4010", origin: "null", status: 403 },
  ])("host $host, origin $origin: $status", async ({ host, origin, status }) => {
    const sandbox = await sandboxForTest();
    sandbox.addContact(ada);
    expect(await statusFor(sandbox, { host, ...(origin !== undefined && { origin }) })).toBe(status);
    expect(sandbox.contacts()).toHaveLength(status === 204 ? 0 : 1);
  });

  it("by the name that it was bound to as well", async () => {
    const sandbox = await sandboxForTest({ host: "0.0.0.0" });
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
    expect(await statusFor(sandbox, { host: "0.0.0.0:4010" })).toBe(204);
  });
});
