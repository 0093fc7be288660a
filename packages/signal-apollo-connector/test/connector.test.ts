import { inspect } from "node:util";

import { describe, expect, onTestFinished, test } from "vitest";

import type { FetchInit } from "@datafly/apollo-client";
import {
  createApolloConnector,
  FAILURE_CLASSES,
  SettingsError,
  type ConnectorSettings,
} from "@datafly/signal-apollo-connector";
import { startSandbox, type Fault, type Outage } from "@datafly/apollo-sandbox";
import { demoRequested, withTraits } from "../../../examples/events/events.js";

async function connected(settings: Partial<ConnectorSettings> = {}) {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  onTestFinished(() => sandbox.close());
  const connector = createApolloConnector({
    apiKey: sandbox.apiKey,
    ...settings,
    client: { baseUrl: sandbox.url, maxRetries: 0, ...settings.client },
  });
  return { sandbox, connector };
}

describe("an event that is delivered", () => {
  test("becomes one request with the planned contact, and its outcome says which contact it is", async () => {
    const { sandbox, connector } = await connected();

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toStrictEqual({
      status: "delivered",
      contactId: sandbox.contacts()[0]?.id,
      httpStatus: 200,
      attempts: 1,
      warnings: [],
      rateLimit: { minute: null, hour: null, day: null },
    });
    const plan = connector.plan(demoRequested());
    expect(sandbox.requests()).toMatchObject([
      { method: "POST", path: "/api/v1/contacts", body: plan.action === "deliver" && plan.contact },
    ]);
  });

  test("twice, with deduplication on, updates the same contact", async () => {
    const { sandbox, connector } = await connected();
    await connector.deliver(demoRequested());

    const outcome = await connector.deliver(withTraits({ title: "CEO", email: "TIM@apollo.io " }));

    expect(outcome).toMatchObject({ status: "delivered", matched: true });
    expect(sandbox.contacts()).toMatchObject([{ email: "tim@apollo.io", title: "CEO" }]);
  });

  test("twice, with deduplication off, makes two contacts", async () => {
    const { sandbox, connector } = await connected({ deduplicate: false });

    await connector.deliver(demoRequested());
    await connector.deliver(demoRequested());

    expect(sandbox.contacts()).toHaveLength(2);
  });

  test("without a trait leaves what Apollo has stored of it as it is", async () => {
    const { sandbox, connector } = await connected();
    await connector.deliver(demoRequested());

    await connector.deliver(withTraits({ title: "", company: "  ", phone: null, website: "n/a" }));

    expect(sandbox.contacts()).toMatchObject([
      { title: "Head of Growth", organization_name: "Apollo", sanitized_phone: "+15553031234" },
    ]);
  });

  test.each<[unknown, boolean]>([
    [{ "66f1c0ffee0000000000c001": "unknown" }, true],
    ["unknown", true],
    [["unknown"], true],
    [{}, false],
    ["", false],
    [[], false],
    [null, false],
  ])("whose custom_field_errors are %j has a warning: %s", async (custom_field_errors, warned) => {
    const { sandbox, connector } = await connected();
    const body = { contact: { id: "66f1c0ffee0000000000a001", custom_field_errors } };
    sandbox.failNext({ kind: "status", status: 200, body });

    expect(await connector.deliver(demoRequested())).toMatchObject({
      status: "delivered",
      warnings: warned ? [{ code: "custom_field_errors", field: "typed_custom_fields" }] : [],
    });
  });

  test("whose values Apollo could not store says so in words, with no place in the event", async () => {
    const { sandbox, connector } = await connected();
    const body = {
      contact: { id: "66f1c0ffee0000000000a001", custom_field_errors: { "66f1c0ffee0000000000c001": "unknown" } },
    };
    sandbox.failNext({ kind: "status", status: 200, body });

    const outcome = await connector.deliver(demoRequested());

    expect("warnings" in outcome && outcome.warnings).toStrictEqual([
      {
        code: "custom_field_errors",
        field: "typed_custom_fields",
        message: "typed_custom_fields contains values that Apollo did not store; the rest of the contact was written",
      },
    ]);
  });

  test.each([
    "MARKERKEY",
    Buffer.from("MARKERKEY").toString("base64"),
    "66f1c0ffee0000000000a00",
    "66f1c0ffee0000000000a0011",
    "66f1c0ffee0000000000a001\n",
    "66f1c0ffee0000000000a00g",
  ])("has no contactId if the answer's id is %j", async (id) => {
    const { sandbox, connector } = await connected();
    sandbox.failNext({ kind: "status", status: 200, body: { contact: { id } } });

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toMatchObject({ status: "delivered" });
    expect(outcome).not.toHaveProperty("contactId");
  });

  test.each([
    ["the key", "c0ffee00c0ffee00c0ffee00", "c0ffee00c0ffee00c0ffee00"],
    ["a longer text with the key", "c0ffee00c0ffee00", "0000c0ffee00c0ffee000000"],
  ])("has no contactId if a server returns %s in its place", async (_, apiKey, id) => {
    const { sandbox } = await connected();
    sandbox.failNext({ kind: "status", status: 200, body: { contact: { id } } });
    const connector = createApolloConnector({ apiKey, client: { baseUrl: sandbox.url } });

    expect(await connector.deliver(demoRequested())).not.toHaveProperty("contactId");
  });

  test.each([null, undefined, "true"])("has no `matched` where Apollo says %j of it", async (found_existing) => {
    const { sandbox, connector } = await connected();
    const body = { contact: { id: "66f1c0ffee0000000000a001" }, dedupe_result: { found_existing } };
    sandbox.failNext({ kind: "status", status: 200, body });

    expect(await connector.deliver(demoRequested())).not.toHaveProperty("matched");
  });
});

describe("an event that is not delivered", () => {
  test.each([
    ["not mapped", demoRequested({ event: "Page Scrolled" }), { status: "dropped", reason: "event_not_mapped" }],
    ["without consent", demoRequested({ context: {} }), { status: "dropped", reason: "consent_missing" }],
    [
      "with consent denied",
      demoRequested({ context: { consent: { canonical: { marketing: false } } } }),
      { status: "dropped", reason: "consent_denied" },
    ],
    ["without a name", withTraits({ last_name: "?" }), { status: "rejected", reason: "missing_name" }],
    ["that is none", "boom", { status: "rejected", reason: "invalid_event" }],
  ])("%s sends nothing", async (_, event, expected) => {
    const { sandbox, connector } = await connected();

    expect(await connector.deliver(event)).toMatchObject(expected);

    expect(sandbox.requests()).toEqual([]);
  });
});

describe("a failure is an outcome, with a reason and the client's error", () => {
  const rows: [string, Fault, { status?: number; maybeDelivered: boolean }][] = [
    ["invalid_api_key", { kind: "status", status: 401 }, { status: 401, maybeDelivered: false }],
    ["permission_denied", { kind: "status", status: 403 }, { status: 403, maybeDelivered: false }],
    ["wrong_endpoint", { kind: "status", status: 404 }, { status: 404, maybeDelivered: false }],
    ["invalid_contact", { kind: "status", status: 422 }, { status: 422, maybeDelivered: false }],
    ["invalid_contact", { kind: "status", status: 400 }, { status: 400, maybeDelivered: false }],
    ["rate_limited", { kind: "status", status: 429 }, { status: 429, maybeDelivered: false }],
    ["server_error", { kind: "html" }, { status: 502, maybeDelivered: true }],
    ["payment_required", { kind: "status", status: 402 }, { status: 402, maybeDelivered: false }],
    ["request_refused", { kind: "status", status: 409 }, { status: 409, maybeDelivered: false }],
    ["timed_out", { kind: "status", status: 408 }, { status: 408, maybeDelivered: true }],
    ["redirected", { kind: "redirect", location: "http://elsewhere.example/" }, { status: 302, maybeDelivered: false }],
    ["connection_failed", { kind: "reset", written: true }, { maybeDelivered: true }],
    ["unexpected_response", { kind: "garbage" }, { status: 200, maybeDelivered: true }],
    ["timed_out", { kind: "stall" }, { maybeDelivered: true }],
  ];

  test.each(rows)("%s: %j", async (reason, fault, error) => {
    const { sandbox, connector } = await connected(fault.kind === "stall" ? { client: { timeoutMs: 100 } } : {});
    sandbox.failNext(fault);

    const outcome = await connector.deliver(withTraits({ phone: "none" }));

    expect(outcome).toMatchObject({ status: "failed", reason, error, warnings: [{ code: "invalid_phone" }] });
    expect("error" in outcome && outcome.error.status).toBe(error.status);
  });

  test("aborted: by the caller's signal", async () => {
    const { sandbox, connector } = await connected();

    const outcome = await connector.deliver(demoRequested(), { signal: AbortSignal.abort() });

    expect(outcome).toMatchObject({ status: "failed", reason: "aborted", error: { maybeDelivered: false } });
    expect(sandbox.requests()).toEqual([]);
  });
});

describe("a refusal that speaks of the key or the plan is a matter of the setup, not of the lead", () => {
  test("a plan without API access: payment_required", async () => {
    const sandbox = await startSandbox({ planWithoutApi: true });
    onTestFinished(() => sandbox.close());
    const connector = createApolloConnector({ apiKey: sandbox.apiKey, client: { baseUrl: sandbox.url } });

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toMatchObject({ status: "failed", reason: "payment_required", error: { status: 403 } });
    expect(outcome.status === "failed" && FAILURE_CLASSES[outcome.reason]).toBe("setup");
  });

  test("a request whose key was removed on the way: invalid_api_key", async () => {
    const fetch = (url: string, init: FetchInit) =>
      globalThis.fetch(url, { ...init, headers: { ...init.headers, "X-Api-Key": "" } });
    const { connector } = await connected({ client: { fetch } });

    const outcome = await connector.deliver(demoRequested());

    expect(outcome).toMatchObject({ status: "failed", reason: "invalid_api_key", error: { status: 422 } });
    expect(outcome.status === "failed" && FAILURE_CLASSES[outcome.reason]).toBe("setup");
  });
});

describe("a check", () => {
  test("with a valid key is ok, and writes nothing", async () => {
    const { sandbox, connector } = await connected();

    expect(await connector.check()).toStrictEqual({ status: "ok" });

    expect(sandbox.requests()).toMatchObject([{ method: "GET", path: "/api/v1/auth/health", status: 200 }]);
    expect(sandbox.contacts()).toEqual([]);
  });

  test("with a key that Apollo does not know fails: invalid_api_key", async () => {
    const { connector } = await connected({ apiKey: "unknown" });

    expect(await connector.check()).toMatchObject({
      status: "failed",
      reason: "invalid_api_key",
      error: { name: "AuthenticationError", status: 401 },
    });
  });

  test("with a key that does not log in fails: invalid_api_key", async () => {
    const fetch = () => Promise.resolve(new Response('{"healthy":true,"is_logged_in":false}'));
    const { connector } = await connected({ client: { fetch } });

    expect(await connector.check()).toMatchObject({
      status: "failed",
      reason: "invalid_api_key",
      error: {
        name: "AuthenticationError",
        status: 200,
        attempts: 1,
        maybeDelivered: false,
        message: expect.stringMatching(/^Apollo does not accept the API key/) as string,
      },
    });
  });

  test.each<[Outage, string]>([
    [{ status: 503 }, "server_error"],
    [{ status: 408 }, "timed_out"],
    [{ status: 429 }, "rate_limited"],
    [{ status: 402 }, "payment_required"],
  ])("during an outage of %j fails: %s, and is ok afterwards", async (outage, reason) => {
    const { sandbox, connector } = await connected();
    sandbox.startOutage({ ...outage, retryAfter: 6 });

    expect(await connector.check()).toMatchObject({
      status: "failed",
      reason,
      error: { status: outage.status, retryAfterMs: 6000, maybeDelivered: false },
    });
    sandbox.endOutage();
    expect(await connector.check()).toEqual({ status: "ok" });
  });

  test("without a server fails: connection_failed", async () => {
    const { sandbox, connector } = await connected();
    await sandbox.close();

    expect(await connector.check()).toMatchObject({ status: "failed", reason: "connection_failed" });
  });

  test("that its caller aborts fails: aborted", async () => {
    const { sandbox, connector } = await connected();

    const outcome = await connector.check({ signal: AbortSignal.abort() });

    expect(outcome).toMatchObject({ status: "failed", reason: "aborted" });
    expect(sandbox.requests()).toEqual([]);
  });

  test.each([
    [{ signal: {} }, "signal must be an AbortSignal."],
    [{ timeoutMs: 7 }, 'There is no option "timeoutMs" of a check. There is: signal.'],
    [null, "The options of a check must be an object."],
  ])("with options of %j throws a TypeError", async (options, message) => {
    const { sandbox, connector } = await connected();

    await expect(connector.check(options as never)).rejects.toThrow(new TypeError(message));
    expect(sandbox.requests()).toEqual([]);
  });
});

describe("what is no failure of a call, but a mistake of the caller's, is thrown with the first event, whatever becomes of it", () => {
  test.each([
    ["a signal that is none", { signal: {} }, "signal must be an AbortSignal."],
    ["a signal of null", { signal: null }, "signal must be an AbortSignal."],
    [
      "an option that does not exist",
      { timeoutMs: 7 },
      'There is no option "timeoutMs" of a delivery. There is: signal, contactId.',
    ],
    ["no options", null, "The options of a delivery must be an object."],
    ["options that are none", [], "The options of a delivery must be an object."],
  ])("%s", async (_, options, message) => {
    const { sandbox, connector } = await connected();

    for (const event of [demoRequested(), demoRequested({ event: "Page Scrolled" }), "no event"]) {
      await expect(connector.deliver(event, options as never)).rejects.toThrow(new TypeError(message));
      await expect(connector.send(connector.plan(event), options as never)).rejects.toThrow(new TypeError(message));
    }

    expect(sandbox.requests()).toEqual([]);
  });
});

describe("settings", () => {
  test("the key is that of the settings, whatever the client's options hold by inheritance or otherwise", async () => {
    const keys: (string | undefined)[] = [];
    const fetch = (_url: string, { headers }: FetchInit) => {
      keys.push(headers["X-Api-Key"]);
      return Promise.resolve(new Response('{"contact":{"id":"1"}}'));
    };
    await createApolloConnector({ apiKey: "MARKER", client: { fetch } }).deliver(demoRequested());

    expect(keys).toEqual(["MARKER"]);
    expect(() => createApolloConnector({ apiKey: "MARKER", client: { fetch, apiKey: "OTHER" } as never })).toThrow(
      /client: Expected options/,
    );
  });

  test.each([
    ["no key", {}, /apiKey/],
    ["a key that is no text", { apiKey: 1 }, /apiKey/],
    ["an empty key", { apiKey: "" }, /^Wrong settings: client: apiKey is empty/],
    ["a key with a line break", { apiKey: "MARKER\n" }, /^Wrong settings: client: apiKey contains a space/],
    ["a flag that is no flag", { apiKey: "MARKER", deduplicate: "false" }, /deduplicate: Expected true or false/],
    ["a country that is none", { apiKey: "MARKER", defaultCountry: "XX" }, /defaultCountry: .*two capital letters/],
    ["a setting that does not exist", { apiKey: "MARKER", dedupe: false }, /dedupe/],
    ["a wrong option of the client", { apiKey: "MARKER", client: { timeoutMs: -1 } }, /timeoutMs/],
    ["an option that the client does not have", { apiKey: "MARKER", client: { maxRetry: 0 } }, /client: .*maxRetries/],
    ["a list of client options", { apiKey: "MARKER", client: [] }, /client: Expected options/],
    ["no client options", { apiKey: "MARKER", client: null }, /client: Expected options/],
    ["client options that are none", { apiKey: "MARKER", client: 3 }, /client: Expected options/],
    ["nothing", undefined, /expected an object/],
  ])("%s is refused at once, and the key is not repeated", (_, settings, message) => {
    let thrown: unknown;
    try {
      createApolloConnector(settings as never);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SettingsError);
    expect((thrown as Error).message).toMatch(message);
    expect(inspect(thrown)).not.toContain("MARKER");
  });

  test("everything that is wrong is told, not only the first of it", () => {
    try {
      createApolloConnector({ apiKey: 1, deduplicate: 2, defaultCountry: 3 } as never);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as SettingsError).issues.map(({ path }) => path).sort()).toEqual([
        "apiKey",
        "deduplicate",
        "defaultCountry",
      ]);
    }
  });

  test("the key is not to be seen in a connector", () => {
    const connector = createApolloConnector({ apiKey: "MARKER" });
    expect(inspect(connector, { depth: 20, showHidden: true })).not.toContain("MARKER");
  });
});
