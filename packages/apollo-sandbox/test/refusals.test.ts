import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

import { describe, expect, it, onTestFinished, vi } from "vitest";

import { ada, post, sandboxForTest } from "./caller.js";
import { observeConforming } from "../../apollo-client/test/support/spec-conformance.js";

describe("a request is refused as unreadable", () => {
  it.each([
    { body: "", what: "an empty body" },
    { body: '{"first_name":', what: "JSON that is broken off" },
    { body: "first_name=Ada", what: "a form that is called JSON" },
    { body: "[]", what: "an array" },
    { body: "null", what: "null" },
    { body: '"Ada"', what: "a string" },
    { body: "[".repeat(200_000), what: "an abyss of brackets" },
    { body: `{"typed_custom_fields":${'{"a":'.repeat(200)}1${"}".repeat(201)}`, what: "objects nested too deeply" },
    { body: JSON.stringify({ ...ada, title: "x".repeat(1024 * 1024) }), what: "more than 1 MiB" },
  ])("$what", async ({ body }) => {
    const sandbox = await sandboxForTest();
    const answer = await post(sandbox, body);
    expect(answer.status).toBe(400);
    expect(sandbox.contacts()).toEqual([]);
  });

  it("more than 1 MiB of which nobody knew beforehand", async () => {
    const sandbox = await sandboxForTest();
    const { apiKey, url } = sandbox;
    const megabytes = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent < 4; sent += 1) controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
        controller.close();
      },
    });
    const response = await fetch(`${url}/contacts`, {
      method: "POST",
      headers: { "x-api-key": apiKey, "content-type": "application/json" },
      body: megabytes,
      duplex: "half",
    });
    expect((await observeConforming(response)).status).toBe(400);
  });
});

describe("a request is refused for its parameters", () => {
  it.each([
    { parameters: {}, complaint: "first_name can't be blank" },
    { parameters: { first_name: "Ada" }, complaint: "last_name can't be blank" },
    { parameters: { last_name: "Byron" }, complaint: "first_name can't be blank" },
    { parameters: { ...ada, last_name: "" }, complaint: "last_name can't be blank" },
    { parameters: { ...ada, first_name: " \t" }, complaint: "first_name can't be blank" },
    { parameters: { ...ada, first_name: null }, complaint: "first_name can't be blank" },
    { parameters: { ...ada, first_name: 5 }, complaint: "first_name can't be blank" },
    { parameters: { ...ada, title: 5 }, complaint: "title must be a string" },
    { parameters: { ...ada, email: ["a@x.example"] }, complaint: "email must be a string" },
    { parameters: { ...ada, mobile_phone: 15555550149 }, complaint: "mobile_phone must be a string" },
    { parameters: { ...ada, label_names: "Leads" }, complaint: "label_names must be an array of strings" },
    { parameters: { ...ada, label_names: [1] }, complaint: "label_names must be an array of strings" },
    { parameters: { ...ada, run_dedupe: "true" }, complaint: "run_dedupe must be true or false" },
    { parameters: { ...ada, typed_custom_fields: [] }, complaint: "typed_custom_fields must be an object" },
    { parameters: { ...ada, account_id: "acme" }, complaint: "Parameters misconfigured. acme is not a valid ID" },
    { parameters: { ...ada, contact_stage_id: "sales-stage" }, complaint: "sales-stage is not a valid ID" },
    { parameters: { ...ada, contact_stage_id: 7 }, complaint: "7 is not a valid ID" },
  ])("$parameters", async ({ parameters, complaint }) => {
    const sandbox = await sandboxForTest();
    const answer = await post(sandbox, parameters);
    expect(answer.status).toBe(422);
    expect(answer.body).toContain(complaint);
    expect(sandbox.contacts()).toEqual([]);
    expect(sandbox.usage().minute.used).toBe(1);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp"])(
    "when the body is sent as %s, since then there are none",
    async (contentType) => {
      const sandbox = await sandboxForTest();
      const answer = await post(sandbox, ada, { "content-type": contentType });
      expect(answer.status).toBe(422);
      expect(answer.body).toContain("first_name can't be blank");
    },
  );

  it.each(["application/json", "Application/JSON; charset=UTF-8", "application/vnd.api+json"])(
    "but not when it is sent as %s",
    async (contentType) => {
      const sandbox = await sandboxForTest();
      expect((await post(sandbox, ada, { "content-type": contentType })).status).toBe(200);
    },
  );
});

it("takes nothing from a caller who hangs up in the middle of a body, and goes on", async () => {
  const printed = vi.spyOn(console, "error");
  onTestFinished(() => {
    printed.mockRestore();
  });
  const sandbox = await sandboxForTest();
  const { host, hostname, port } = new URL(sandbox.url);
  const socket = connect(Number(port), hostname);
  const begin = `POST /api/v1/contacts HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${sandbox.apiKey}\r\n`;
  socket.write(`${begin}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"first_name":`);
  await setTimeout(50);
  socket.destroy();
  await once(socket, "close");
  await setTimeout(50);

  expect(sandbox.requests()).toEqual([]);
  expect((await post(sandbox, ada)).status).toBe(200);
  expect(printed).not.toHaveBeenCalled();
});

it("ignores fields that Apollo does not know", async () => {
  const sandbox = await sandboxForTest();
  const { status, body } = await post(sandbox, { ...ada, frist_name: 5, created_at: "1815-12-10" });
  expect(status).toBe(200);
  expect(body).not.toMatch(/frist_name|1815/);
});

describe("another path or method answers 404, without a hint", () => {
  it.each([
    { method: "POST", path: "/v1/contacts" },
    { method: "POST", path: "/contacts" },
    { method: "POST", path: "/api/v1/contacts/" },
    { method: "POST", path: "/api/v1/contacts/bulk_create" },
    { method: "GET", path: "/api/v1/contacts" },
    { method: "PUT", path: "/api/v1/contacts" },
    { method: "POST", path: "/" },
  ])("$method $path", async ({ method, path }) => {
    const sandbox = await sandboxForTest();
    const response = await fetch(new URL(path, sandbox.url), {
      method,
      headers: { "x-api-key": sandbox.apiKey, "content-type": "application/json" },
      ...(method === "GET" ? {} : { body: JSON.stringify(ada) }),
    });
    const answer = await observeConforming(response);
    expect(answer).toMatchObject({ status: 404, body: '{"error":"Not found"}' });
    expect(sandbox.requests()).toMatchObject([{ method, path, status: 404, outcome: "refused" }]);
    expect(sandbox.usage().minute.used).toBe(0);
  });
});
