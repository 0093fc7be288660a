import { describe, expect, test } from "vitest";
import * as z from "zod";

import {
  defineConnector,
  emailField,
  firstNameField,
  lastNameField,
  omitted,
  phoneField,
  setting,
  taken,
  textField,
  type SendResult,
} from "@datafly/signal-connector-kit";

const settings = z.object({
  merge: setting(z.boolean().default(true), {
    title: "Merge",
    description: "Merge people.",
    usedFor: "planning",
    flag: "--no-merge",
  }),
});

/** What was sent, call by call. */
const sent: unknown[] = [];
const delivered: SendResult = { status: "delivered", httpStatus: 200, warnings: [] };

const connector = defineConnector({
  vendor: {
    name: "Acme",
    connector: "acme",
    record: "person",
    failures: {},
    rejections: {
      missing_email: { meaning: "no e-mail address", whatToDo: "Require one in the form." },
      missing_name: { meaning: "no name", whatToDo: "Require one in the form." },
    },
    warnings: { odd_code: { meaning: "is not a code of Acme", whatToDo: "Fix the code." } },
  },
  settings,
  fields: {
    email: { ...emailField, required: "missing_email" },
    first: { ...firstNameField, required: "missing_name" },
    last: lastNameField,
    phone: phoneField,
    code: {
      ...textField,
      normalise: (text) => (/^\d{4}$/.test(text) ? taken(text) : omitted("odd_code")),
    },
  },
  lists: { tags: { part: "tag_sources", rule: textField } },
  groups: { custom: { id: /^c\d+$/, expected: "c and digits" } },
  defaultBlueprint: {
    events: ["Signed Up"],
    consent: "analytics",
    fields: {
      email: "traits.email",
      first: "traits.first_name",
      last: "traits.last_name",
      phone: "traits.phone",
      code: "traits.code",
    },
    tag_sources: [{ value: "Signal" }, "properties.source"],
    custom: { c1: "properties.seats" },
  },
  constants: ({ merge }) => ({ merge: merge !== false }),
  defaultCountry: () => "DE",
  key: ({ email }, event) => (Reflect.get(event as object, "hostile") === true ? fail() : email),
  idempotent: ({ merge }) => merge,
  client: (given) => given,
  send: (client, { payload, warnings }) => {
    sent.push({ client, payload, warnings });
    return Promise.resolve(delivered);
  },
  check: () => Promise.resolve({ status: "ok" }),
});

function fail(): never {
  throw new Error("no");
}

const event = {
  type: "track",
  event: "Signed Up",
  traits: { email: "Ada@Acme.Example", first_name: "Ada", last_name: "Byron", phone: "030 901820", code: "x" },
  properties: { source: "Ads", seats: 3 },
  context: { consent: { canonical: { analytics: true } } },
};

const planner = connector.plan({ merge: true }, connector.blueprint.default);

describe("a connector that is made of tables", () => {
  test("plans a record of its fields, lists, custom fields and constants", () => {
    expect(planner.plan(event)).toStrictEqual({
      action: "deliver",
      payload: {
        email: "ada@acme.example",
        first: "Ada",
        last: "Byron",
        phone: "+4930901820",
        custom: { c1: 3 },
        tags: ["Signal", "Ads"],
        merge: true,
      },
      person: "ada@acme.example",
      warnings: [
        { code: "odd_code", field: "code", source: "traits.code", message: "traits.code is not a code of Acme" },
      ],
    });
    expect(planner).toMatchObject({ purpose: "analytics", events: ["Signed Up"] });
  });

  test.each([
    ["is not mapped", { ...event, event: "Page Viewed" }, { action: "drop", reason: "event_not_mapped" }],
    ["has no consent", { ...event, context: {} }, { action: "drop", reason: "consent_missing" }],
    ["is not an event", "Signed Up", { action: "reject", reason: "invalid_event" }],
  ])("does not deliver an event that %s", (_, given, decision) => {
    expect(planner.plan(given)).toMatchObject(decision);
  });

  test("rejects an event that lacks required fields, for the reason of the first one, with an issue for each", () => {
    expect(planner.plan({ ...event, traits: { email: "ada at home" } })).toStrictEqual({
      action: "reject",
      reason: "missing_email",
      issues: [
        { path: "traits.email", message: "is not an e-mail address, or may not be one; omitted" },
        { path: "traits.first_name", message: "missing, blank, or without any letter" },
      ],
    });
    expect(planner.plan({ ...event, traits: {} })).toMatchObject({ issues: [{ message: "missing or blank" }, {}] });
  });

  test("rejects an event whose person cannot be told, and does not throw", () => {
    expect(planner.plan({ ...event, hostile: true })).toMatchObject({ action: "reject", reason: "invalid_event" });
  });

  test("traces each value, custom fields by their ids, and says which come from settings", () => {
    expect(planner.trace?.(event)).toEqual(
      expect.arrayContaining([
        { field: "c1", source: "properties.seats", found: 3, sent: 3 },
        { field: "merge", isSetting: true, found: true, sent: true },
      ]),
    );
  });

  test("finds what was most likely meant", () => {
    expect(planner.nearMiss?.({ ...event, event: "signed_up" })).toMatchObject({ meant: "Signed Up" });
  });

  test("has the words of the kit and its own", () => {
    const { vendor } = planner;
    expect(Object.keys(vendor.drops)).toEqual(["event_not_mapped", "consent_denied", "consent_missing"]);
    expect(Object.keys(vendor.rejections)).toEqual(["invalid_event", "missing_email", "missing_name"]);
    expect(Object.keys(vendor.warnings)).toEqual(expect.arrayContaining(["invalid_phone", "odd_code"]));
    expect(JSON.stringify(vendor)).toContain("a good value in Acme");
  });

  test("sends with a client that it makes once, and knows from the settings whether a retry is safe", async () => {
    const tools = { now: () => 0 };
    const connected = connector.connect({ merge: false }, connector.blueprint.default, tools);
    const decision = connected.plan(event);
    if (decision.action !== "deliver") throw new Error("It must be delivered");

    expect(await connected.send(decision)).toBe(delivered);

    expect(sent).toEqual([{ client: { merge: false }, payload: decision.payload, warnings: decision.warnings }]);
    expect(decision.payload).toMatchObject({ merge: false });
    expect(connected.idempotent).toBe(false);
    expect(await connected.check?.()).toEqual({ status: "ok" });
  });
});

describe("its blueprints", () => {
  const { blueprint } = connector;

  test.each<[string, object, string]>([
    [
      "a field that the vendor does not have",
      { fields: { ...blueprint.default.fields, fax: "traits.fax" } },
      "blueprint.fields",
    ],
    ["no source for a required field", { fields: { email: "traits.email" } }, "blueprint.fields.first"],
    ["a custom field whose id is not one", { custom: { x: "traits.x" } }, "blueprint.custom.x"],
    ["a list with a place that no event has", { tag_sources: ["source"] }, "blueprint.tag_sources.0"],
    ["no list", { tag_sources: undefined }, "blueprint.tag_sources"],
  ])("%s is reported with its path", (_, part, path) => {
    const wrong = { ...blueprint.default, ...part };
    expect(() => blueprint.check(wrong)).toThrow(
      expect.objectContaining({ name: "SettingsError", issues: [expect.objectContaining({ path })] }) as Error,
    );
  });

  test("a checked one is a copy that no caller can change", () => {
    const own = structuredClone(blueprint.default);
    const checked = blueprint.check(own);
    const own2 = connector.plan({}, checked);
    Object.assign(own.fields, { email: "traits.other" });
    expect(own2.plan(event).action).toBe("deliver");
    expect(blueprint.default).toSatisfy(Object.isFrozen);
  });

  test("have a JSON Schema with their fields, lists and custom fields", () => {
    expect(blueprint.jsonSchema()).toMatchObject({
      title: "Blueprint of Signal's events for Acme",
      properties: {
        fields: { properties: { email: {}, code: {} }, required: ["email", "first"] },
        tag_sources: { type: "array" },
        custom: { type: "object" },
      },
    });
  });

  test("a default blueprint that is wrong is reported when the connector is defined", () => {
    const define = () =>
      defineConnector({
        vendor: { name: "Acme", connector: "acme", record: "person", failures: {}, rejections: {} },
        settings,
        fields: { email: emailField },
        defaultBlueprint: { events: [], consent: "marketing", fields: {} },
        key: () => "",
        idempotent: true,
        client: () => undefined,
        send: () => Promise.resolve(delivered),
      });
    expect(define).toThrow("blueprint.events");
  });
});
