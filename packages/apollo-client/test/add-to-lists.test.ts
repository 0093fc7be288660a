import { describe, expect, test } from "vitest";

import type { Fault } from "@datafly/apollo-sandbox";
import { serverForTest } from "./support/http-server.js";
import { ada, clientOf, errorOf, sandboxForTest } from "./support/setup.js";

const lists = '{"labels":[{"id":"66f1c0ffee0b000000000001","name":"Webinar"}]}';
const someone = { entity_ids: ["66f1c0ffee0a000000000001"], label_names: ["Webinar"] };

describe("contacts.addToLists", () => {
  test("adds a contact to lists, and takes it off none", async () => {
    const sandbox = await sandboxForTest({ plan: "professional" });
    const { client } = clientOf(sandbox);
    const { contact } = await client.contacts.create({ ...ada, label_names: ["Salespeople's own"] });

    const added = await client.contacts.addToLists({ entity_ids: [contact.id], label_names: ["Webinar"] });

    expect(added).toMatchObject({ labels: [{ name: "Webinar" }], status: 200, attempts: 1 });
    expect(added.rateLimit.minute).toEqual({ limit: 200, used: 1, left: 199 });
    expect(sandbox.labels().map(({ name, cached_count }) => [name, cached_count])).toEqual([
      ["Salespeople's own", 1],
      ["Webinar", 1],
    ]);
  });

  test("sends the ids, the names and the modality, and nothing else", async () => {
    const { url, seen } = await serverForTest((response) => response.end(lists));
    const { client } = clientOf({ url, apiKey: "my-key" });

    await client.contacts.addToLists({ ...someone, async: true } as never);

    expect(seen).toMatchObject([{ method: "POST", url: "/api/v1/labels/add_entity_ids_to_label_names" }]);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ ...someone, modality: "contacts" });
    expect(seen[0]?.headers).toMatchObject({ "x-api-key": "my-key", "content-type": "application/json" });
  });

  test("takes a bare array for a list of lists, as other endpoints of Apollo's answer", async () => {
    const { url } = await serverForTest((response) => response.end('[{"id":"1","name":"Webinar"}]'));
    const { client } = clientOf({ url, apiKey: "key" });

    expect(await client.contacts.addToLists(someone)).toMatchObject({ labels: [{ name: "Webinar" }] });
  });

  test.each(["{}", '{"labels":null}', '{"labels":{}}', "null", "<p>Log in</p>", ""])(
    "does not take an answer of %j for one of Apollo's, and retries",
    async (body) => {
      const { url, seen } = await serverForTest((response) => response.end(body));
      const { client } = clientOf({ url, apiKey: "key" });

      const thrown = (await errorOf(client.contacts.addToLists(someone))) as Error;

      expect(thrown).toMatchObject({ name: "UnexpectedResponseError", maybeDelivered: true, attempts: 3 });
      expect(thrown.message).toContain("it holds no lists. Is a proxy");
      expect(thrown.message).toContain("Apollo may have added the contacts to their lists; a retry is harmless.");
      expect(seen).toHaveLength(3);
    },
  );

  test.each<Fault>([
    { kind: "status", status: 500 },
    { kind: "status", status: 503, written: true },
    { kind: "status", status: 408 },
    { kind: "reset", written: true },
    { kind: "garbage" },
  ])("is retried after $kind, since adding twice does no harm", async (fault) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);
    const { contact } = await client.contacts.create(ada);
    sandbox.failNext(fault, 2, "lists");

    const added = await client.contacts.addToLists({ entity_ids: [contact.id], label_names: ["Webinar"] });

    expect(added).toMatchObject({ attempts: 3 });
    expect(sandbox.labels()).toMatchObject([{ name: "Webinar", cached_count: 1 }]);
  });

  test("with a key that lacks the scope throws a PermissionDeniedError that names the endpoint", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf({ url: sandbox.url, apiKey: "sandbox-key-without-lists" });

    const thrown = (await errorOf(client.contacts.addToLists(someone))) as Error;

    expect(thrown).toMatchObject({ name: "PermissionDeniedError", status: 403, attempts: 1, maybeDelivered: false });
    expect(thrown.message).toContain("The key lacks the Add Records to a List scope");
    expect(thrown.message).not.toContain("Create a Contact");
  });

  test("of a contact that does not exist throws an InvalidRequestError", async () => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    const thrown = (await errorOf(client.contacts.addToLists(someone))) as Error;

    expect(thrown).toMatchObject({ name: "InvalidRequestError", status: 422, attempts: 1 });
    expect(thrown.message).toContain("Apollo refused to add the contacts to their lists (422).");
  });

  test("obeys the quota of its own endpoint", async () => {
    const sandbox = await sandboxForTest();
    sandbox.usePlan({ minute: 0, hour: null, day: null }, "lists");
    const { client } = clientOf(sandbox);

    await expect(client.contacts.addToLists(someone, { maxRetries: 0 })).rejects.toMatchObject({
      name: "RateLimitError",
      retryAfterMs: 60_000,
      rateLimit: { minute: { limit: 0, used: 0, left: 0 } },
    });
    expect(await client.contacts.create(ada)).toMatchObject({ status: 200 });
  });

  test.each([undefined, null, "a"])("of %j throws a TypeError, and sends nothing", async (request) => {
    const sandbox = await sandboxForTest();
    const { client } = clientOf(sandbox);

    await expect(client.contacts.addToLists(request as never)).rejects.toThrow(TypeError);
    expect(sandbox.requests()).toEqual([]);
  });
});
