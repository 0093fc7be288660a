import { describe, expect, onTestFinished, test } from "vitest";

import { createApolloConnector, SettingsError, type ConnectorSettings } from "@datafly/signal-apollo-connector";
import { startSandbox, type Fault, type Sandbox } from "@datafly/apollo-sandbox";
import { demoRequested } from "../../../examples/events/events.js";

const OPT_IN = "Signal - Marketing Opt-in";
const TIM = { first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" };

async function connected(settings: Partial<ConnectorSettings> = {}) {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  const connector = createApolloConnector({
    apiKey: sandbox.apiKey,
    labels: "add",
    ...settings,
    client: { baseUrl: sandbox.url, maxRetries: 0, ...settings.client },
  });
  return { sandbox, connector };
}

/** The names of the lists that the one contact is on. */
function lists(sandbox: Sandbox): string[] {
  const [contact] = sandbox.contacts();
  return sandbox.labels().flatMap(({ id, name }) => (contact?.label_ids.includes(id) ? [name] : []));
}

const calls = (sandbox: Sandbox) => sandbox.requests().map(({ path }) => path.replace("/api/v1/", ""));
const BOTH = ["contacts", "labels/add_entity_ids_to_label_names"];

describe('a contact that is on lists already, with labels: "add"', () => {
  test("is added to those of the event, and taken off none", async () => {
    const { sandbox, connector } = await connected();
    const stored = sandbox.addContact({ ...TIM, label_names: ["Salespeople's own"] });

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toStrictEqual({
      status: "delivered",
      contactId: stored.id,
      matched: true,
      httpStatus: 200,
      attempts: 2,
      warnings: [],
      rateLimit: { minute: null, hour: null, day: null },
      listRateLimit: { minute: null, hour: null, day: null },
    });
    expect(lists(sandbox)).toEqual(["Salespeople's own", OPT_IN, "Website demo form"]);
    const [create, add] = sandbox.requests();
    expect(create?.body).not.toHaveProperty("label_names");
    expect(add?.body).toEqual({
      entity_ids: [stored.id],
      label_names: [OPT_IN, "Website demo form"],
      modality: "contacts",
    });
  });

  test.each(["replace", undefined] as const)("loses its own with labels: %j", async (labels) => {
    const { sandbox, connector } = await connected({ labels });
    sandbox.addContact({ ...TIM, label_names: ["Salespeople's own"] });

    expect(await connector.deliver(demoRequested())).toMatchObject({ status: "delivered", attempts: 1 });

    expect(lists(sandbox)).toEqual([OPT_IN, "Website demo form"]);
    expect(calls(sandbox)).toEqual(["contacts"]);
  });
});

test("the decision does not depend on what becomes of the lists", async () => {
  const { connector } = await connected();
  const { connector: replacing } = await connected({ labels: "replace" });
  expect(connector.plan(demoRequested())).toEqual(replacing.plan(demoRequested()));
});

test("a contact without lists takes one call", async () => {
  const { sandbox, connector } = await connected();

  const outcome = await connector.send({ action: "deliver", contact: { ...TIM, run_dedupe: true }, warnings: [] });

  expect(outcome).toMatchObject({ status: "delivered", attempts: 1 });
  expect(calls(sandbox)).toEqual(["contacts"]);
});

describe("a second call that fails", () => {
  test.each<[Fault, string]>([
    [{ kind: "status", status: 403 }, "lists_permission_denied"],
    [{ kind: "status", status: 422 }, "lists_refused"],
    [{ kind: "status", status: 400 }, "lists_refused"],
    [{ kind: "status", status: 401 }, "invalid_api_key"],
    [{ kind: "status", status: 429 }, "rate_limited"],
    [{ kind: "status", status: 503 }, "server_error"],
    [{ kind: "reset", written: true }, "connection_failed"],
    [{ kind: "garbage" }, "unexpected_response"],
  ])("with %j is retried alone, so that the contact is not written again", async (fault, reason) => {
    const { sandbox, connector } = await connected({ deduplicate: false });
    sandbox.failNext(fault, 1, "lists");
    const decision = connector.plan(demoRequested());

    const failed = await connector.send(decision);

    const [contact] = sandbox.contacts();
    expect(failed).toMatchObject({ status: "failed", reason, contactId: contact?.id });
    const contactId = failed.status === "failed" ? failed.contactId : undefined;
    expect(await connector.send(decision, { contactId })).toMatchObject({ status: "delivered", attempts: 1 });
    expect(sandbox.contacts()).toHaveLength(1);
    expect(lists(sandbox)).toEqual([OPT_IN, "Website demo form"]);
    expect(calls(sandbox)).toEqual([...BOTH, BOTH[1]]);
  });

  test("because of the key says which scope is missing", async () => {
    const { connector } = await connected({ apiKey: "sandbox-key-without-lists" });

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toMatchObject({ status: "failed", reason: "lists_permission_denied" });
    expect(outcome.status === "failed" && outcome.error.message).toContain("lacks the Add Records to a List scope");
  });
});

test("a first call that fails makes no second one, and names no contact", async () => {
  const { sandbox, connector } = await connected();
  sandbox.failNext({ kind: "status", status: 503 });

  const outcome = await connector.deliver(demoRequested());

  expect(outcome).toMatchObject({ status: "failed", reason: "server_error" });
  expect(outcome).not.toHaveProperty("contactId");
  expect(calls(sandbox)).toEqual(["contacts"]);
});

test("an answer with an id that is not one of Apollo's is not one to add lists to", async () => {
  const { sandbox, connector } = await connected();
  sandbox.failNext({ kind: "status", status: 200, body: { contact: { id: "../../evil" } } });

  const outcome = await connector.deliver(demoRequested());

  expect(outcome).toMatchObject({ status: "failed", reason: "unexpected_response", error: { maybeDelivered: true } });
  expect(calls(sandbox)).toEqual(["contacts"]);
});

describe("sendOnce", () => {
  test("makes one call, and says that another is left", async () => {
    const { sandbox, connector } = await connected();
    const decision = connector.plan(demoRequested());
    if (decision.action !== "deliver") throw new Error("It is to be delivered.");

    const first = await connector.sendOnce(decision);
    expect(first).toMatchObject({ status: "partial", contactId: sandbox.contacts()[0]?.id, attempts: 1 });
    expect(lists(sandbox)).toEqual([]);

    const { contactId } = first.status === "partial" ? first : { contactId: "" };
    expect(await connector.sendOnce(decision, { contactId })).toMatchObject({ status: "delivered", contactId });
    expect(lists(sandbox)).toEqual([OPT_IN, "Website demo form"]);
    expect(calls(sandbox)).toEqual(BOTH);
  });

  test("of a contact that is written sends nothing if no lists are left", async () => {
    const { sandbox, connector } = await connected();
    const decision = { action: "deliver", contact: TIM, warnings: [] } as const;

    const outcome = await connector.sendOnce(decision, { contactId: "66f1c0ffee0a000000000001" });

    expect(outcome).toMatchObject({ status: "delivered", attempts: 0 });
    expect(sandbox.requests()).toEqual([]);
  });
});

test.each(["append", true, null])("labels: %j is a wrong setting", (labels) => {
  expect(() => createApolloConnector({ apiKey: "key", labels: labels as never })).toThrow(SettingsError);
});

test("a contactId that is empty is a mistake of the caller, and none of a check", async () => {
  const { connector } = await connected();
  await expect(connector.deliver(demoRequested(), { contactId: "" })).rejects.toThrow("contactId must be an id");
  await expect(connector.check({ contactId: "1" } as never)).rejects.toThrow("There is no option");
});
