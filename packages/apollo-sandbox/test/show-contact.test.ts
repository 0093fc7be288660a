import { describe, expect, it } from "vitest";

import type { Sandbox } from "@datafly/apollo-sandbox";
import { ada, create, sandboxForTest } from "./caller.js";

async function show({ url, apiKey }: Sandbox, id: string, headers: Record<string, string> = { "x-api-key": apiKey }) {
  const response = await fetch(`${url}/contacts/${id}`, { headers });
  return { status: response.status, body: await response.text() };
}

describe("GET /contacts/{id}", () => {
  it("shows a contact as Apollo does, by its id in either case", async () => {
    const sandbox = await sandboxForTest();
    const { contact } = await create(sandbox, { ...ada, website_url: "https://x.example/" });

    for (const id of [contact.id, contact.id.toUpperCase()]) {
      const { status, body } = await show(sandbox, id);
      expect([status, JSON.parse(body)]).toEqual([200, { contact }]);
    }
    expect(sandbox.requests().at(-1)).toMatchObject({ method: "GET", status: 200, outcome: "shown" });
  });

  it.each(["66f1c0ffee0a0000000000ff", "ada"])("answers 422 for %s, which is not the id of a contact", async (id) => {
    const sandbox = await sandboxForTest();

    const { status, body } = await show(sandbox, id);

    expect([status, JSON.parse(body)]).toEqual([422, { error: expect.stringContaining(id) as string }]);
  });

  it.each<{ key: string; status: number }>([
    { key: "shows", status: 200 },
    { key: "all", status: 200 },
    { key: "both", status: 200 },
    { key: "creates", status: 403 },
    { key: "nothing", status: 403 },
    { key: "unknown", status: 401 },
    { key: "", status: 422 },
  ])("needs a key of the scope contacts/show: $key gets $status", async ({ key, status }) => {
    const sandbox = await sandboxForTest({
      keys: {
        creates: "contacts/create",
        shows: ["contacts/show"],
        both: ["contacts/create", "contacts/show"],
        all: "master",
        nothing: [],
      },
    });
    const { id } = sandbox.addContact(ada);

    expect((await show(sandbox, id, { "x-api-key": key })).status).toBe(status);
  });

  it("is refused on a plan without API access", async () => {
    const sandbox = await sandboxForTest({ planWithoutApi: true });
    const { id } = sandbox.addContact(ada);

    expect((await show(sandbox, id)).status).toBe(403);
  });

  it("uses up nothing of the quota for creating contacts", async () => {
    const sandbox = await sandboxForTest();
    const { id } = sandbox.addContact(ada);

    await show(sandbox, id);

    expect(sandbox.usage().minute.used).toBe(0);
  });
});
