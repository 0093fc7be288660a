import { checkPlanSettings, planDelivery } from "@datafly/signal-apollo-connector";
import { describe, expect, test } from "vitest";

import { blocksOf } from "../blocks.js";
import { pages } from "../pages.js";

type Json = Readonly<Record<string, unknown>>;

const blocks = pages
  .flatMap(({ path, text }) => blocksOf(path, text, "json"))
  .map(({ where, code }) => ({ where, json: parse(where, code) }));

const events = blocks.filter(({ json }) => "type" in json && "event" in json);
const blueprints = blocks.filter(({ json }) => "events" in json && "fields" in json);
const contacts = blocks.filter(({ json }) => "run_dedupe" in json);

describe("the blocks of JSON", () => {
  test("show events, blueprints and contacts", () => {
    expect([events, blueprints, contacts].map(({ length }) => length)).not.toContain(0);
  });

  test.each(events)("$where is an event that becomes a contact", ({ json }) => {
    expect(planDelivery(json)).toMatchObject({ action: "deliver", warnings: [] });
  });

  test.each(blueprints)("$where is a blueprint", ({ json }) => {
    expect(() => checkPlanSettings({ blueprint: json })).not.toThrow();
  });

  test.each(contacts)("$where is the contact that the event before it becomes", ({ where, json }) => {
    const event = blocks[blocks.findIndex((block) => block.where === where) - 1]?.json;
    expect(planDelivery(event)).toEqual({ action: "deliver", contact: json, warnings: [] });
  });
});

function parse(where: string, code: string): Json {
  try {
    return JSON.parse(code) as Json;
  } catch (error) {
    throw new Error(`${where} is not JSON.`, { cause: error });
  }
}
