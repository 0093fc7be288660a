import { readFileSync } from "node:fs";
import { join } from "node:path";

import { checkPlanSettings, defaultBlueprint, type Blueprint } from "@datafly/signal-apollo-connector";
import { expect, test } from "vitest";

import { leadLines } from "../../examples/events/leads.js";
import { root } from "../pages.js";

test("leads.ndjson holds the events that the builders make", () => {
  const file = readFileSync(join(root, "examples/events/leads.ndjson"), "utf8");
  expect(file).toBe(`${leadLines.join("\n")}\n`);
});

test("blueprint.json is a blueprint, and Signal's own but for what it adds", () => {
  const file = JSON.parse(readFileSync(join(root, "examples/blueprint.json"), "utf8")) as Blueprint;
  const { blueprint } = checkPlanSettings({ blueprint: file });

  expect(blueprint?.events).toEqual([...defaultBlueprint.events, "Webinar Attended"]);
  expect(blueprint?.labels).toEqual(defaultBlueprint.labels);
  expect(blueprint?.fields).toMatchObject({
    ...defaultBlueprint.fields,
    organization_name: expect.any(Array) as unknown,
  });
});
