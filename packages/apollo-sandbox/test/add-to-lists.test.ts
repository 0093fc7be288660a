import { describe, expect, it } from "vitest";

import { ada, addToLists, create, post, sandboxForTest } from "./caller.js";
import { VirtualClock } from "./virtual-clock.js";

const modality = "contacts";

function listsOf(sandbox: Awaited<ReturnType<typeof sandboxForTest>>, id: string): string[] {
  const { label_ids = [] } = sandbox.contacts().find((contact) => contact.id === id) ?? {};
  return sandbox.labels().flatMap((label) => (label_ids.includes(label.id) ? [label.name] : []));
}

describe("adding a contact to lists", () => {
  it("takes it off none, and creates the lists that do not exist", async () => {
    const sandbox = await sandboxForTest();
    const { contact } = await create(sandbox, { ...ada, label_names: ["Salespeople's own"] });

    const answer = await addToLists(sandbox, { entity_ids: [contact.id], label_names: ["Webinar", "Leads"], modality });

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      labels: [
        { name: "Webinar", modality, cached_count: 1 },
        { name: "Leads", modality, cached_count: 1 },
      ],
    });
    expect(listsOf(sandbox, contact.id)).toEqual(["Salespeople's own", "Webinar", "Leads"]);
    expect(sandbox.requests().at(-1)).toMatchObject({
      outcome: "listed",
      contactId: contact.id,
      changes: [
        {
          field: "label_names",
          from: ["Salespeople's own"],
          to: ["Salespeople's own", "Webinar", "Leads"],
        },
      ],
    });
  });

  it("twice changes nothing the second time", async () => {
    const sandbox = await sandboxForTest();
    const { contact } = await create(sandbox, ada);
    const request = { entity_ids: [contact.id], label_names: ["Webinar"], modality };

    await addToLists(sandbox, request);
    const again = await addToLists(sandbox, request);

    expect(again.status).toBe(200);
    expect(sandbox.labels()).toMatchObject([{ name: "Webinar", cached_count: 1 }]);
    expect(sandbox.requests().at(-1)).toMatchObject({ outcome: "listed", changes: [] });
  });

  it.each([
    { change: { entity_ids: [] }, error: "entity_ids must be an array of ids" },
    { change: { entity_ids: ["1"] }, error: "1 is not a valid ID" },
    { change: { entity_ids: "66f1c0ffee0a000000000001" }, error: "entity_ids must be an array of ids" },
    { change: { entity_ids: ["66f1c0ffee0a0000000000ff"] }, error: "66f1c0ffee0a0000000000ff is not a contact" },
    { change: { label_names: [] }, error: "label_names must be an array of names" },
    { change: { label_names: ["Webinar", " "] }, error: "label_names must be an array of names" },
    { change: { label_names: [1] }, error: "label_names must be an array of names" },
    { change: { modality: undefined }, error: "Please enter a non-empty modality!" },
    { change: { modality: "accounts" }, error: "no modality but contacts" },
  ])("is refused with 422 for $change, and changes nothing", async ({ change, error }) => {
    const sandbox = await sandboxForTest();
    const { contact } = await create(sandbox, ada);

    const answer = await addToLists(sandbox, { entity_ids: [contact.id], label_names: ["A"], modality, ...change });

    expect(answer.status).toBe(422);
    expect(answer.body).toContain(error);
    expect(sandbox.labels()).toEqual([]);
    expect(sandbox.requests().at(-1)).toMatchObject({ outcome: "refused" });
  });

  it("is refused with 400 for a body that is not JSON", async () => {
    const sandbox = await sandboxForTest();
    expect((await addToLists(sandbox, "no JSON")).status).toBe(400);
  });

  it.each([
    { key: "sandbox-key", status: 200 },
    { key: "sandbox-key-without-lists", status: 403 },
    { key: "sandbox-key-without-scope", status: 403 },
    { key: "unknown-key", status: 401 },
    { key: "", status: 422 },
  ])("needs a scope of its own: $key gets $status", async ({ key, status }) => {
    const sandbox = await sandboxForTest();
    const { contact } = await create(sandbox, ada);

    const request = { entity_ids: [contact.id], label_names: ["A"], modality };
    const answer = await addToLists(sandbox, request, { "x-api-key": key });

    expect(answer.status).toBe(status);
    expect(sandbox.usage("lists").minute.used).toBe(status === 200 ? 1 : 0);
    if (status === 403) expect(answer.body).toContain("labels/add_entity_ids_to_label_names");
  });
});

describe("the quota of adding to lists", () => {
  it("is counted apart from that of creating contacts", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ plan: "free", clock });
    sandbox.usePlan({ minute: null, hour: 1, day: null }, "lists");
    const { contact } = await create(sandbox, ada);
    const request = { entity_ids: [contact.id], label_names: ["A"], modality };

    const first = await addToLists(sandbox, request);
    const second = await addToLists(sandbox, request);

    expect(first.headers.get("x-hourly-requests-left")).toBe("0");
    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toBe("3600");
    expect(second.body).toContain("api/v1/labels/add_entity_ids_to_label_names is 1 times per hour");
    expect((await post(sandbox, ada)).headers.get("x-hourly-usage")).toBe("2");
    expect([sandbox.usage().hour.used, sandbox.usage("lists").hour.used]).toEqual([2, 1]);
  });

  it("of an endpoint that does not exist is an error", async () => {
    const sandbox = await sandboxForTest();
    expect(() => sandbox.usage("accounts" as "lists")).toThrow('endpoint must be "contacts" or "lists".');
  });
});

describe("a fault of adding to lists", () => {
  it("strikes no request to create a contact", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 503, written: true }, 1, "lists");
    const { contact } = await create(sandbox, ada);
    const request = { entity_ids: [contact.id], label_names: ["A"], modality };

    const struck = await addToLists(sandbox, request);

    expect(struck.status).toBe(503);
    expect(listsOf(sandbox, contact.id)).toEqual(["A"]);
    expect((await addToLists(sandbox, request)).status).toBe(200);
  });
});
