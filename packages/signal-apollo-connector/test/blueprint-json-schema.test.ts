import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

import { blueprintJsonSchema, defaultBlueprint, type Blueprint } from "@datafly/signal-apollo-connector";

const isBlueprint = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(blueprintJsonSchema());
const { fields } = defaultBlueprint;

test.each<[string, unknown]>([
  ["the default blueprint", defaultBlueprint],
  ["the example", JSON.parse(readFileSync(new URL("../../../examples/blueprint.json", import.meta.url), "utf8"))],
  ["a $schema", { $schema: "./blueprint.schema.json", ...defaultBlueprint }],
  [
    "a default value, a value map, a part of a name, and events",
    {
      ...defaultBlueprint,
      fields: { ...fields, last_name: ["traits.last_name", { path: "traits.name", part: "last" }] },
      labels: [
        [
          { path: "properties.source", events: ["Signed Up"], value_map: { web: "Website", none: null } },
          { value: "Other" },
        ],
      ],
    } satisfies Blueprint,
  ],
])("an editor accepts %s", (_, blueprint) => {
  expect(isBlueprint(blueprint)).toBe(true);
});

test.each<[string, unknown]>([
  [
    "a field that Apollo does not have",
    { ...defaultBlueprint, fields: { ...fields, frist_name: "traits.first_name" } },
  ],
  ["no last name", { ...defaultBlueprint, fields: { first_name: "traits.first_name" } }],
  ["a place that no event has", { ...defaultBlueprint, labels: ["source"] }],
  ["a part that does not exist", { ...defaultBlueprint, labels: [{ path: "traits.name", part: "middle" }] }],
  ["a map to a number", { ...defaultBlueprint, labels: [{ path: "traits.name", value_map: { a: 1 } }] }],
  ["a consent that does not exist", { ...defaultBlueprint, consent: "ads" }],
  ["an unknown part", { ...defaultBlueprint, lables: [] }],
])("an editor marks %s", (_, blueprint) => {
  expect(isBlueprint(blueprint)).toBe(false);
});

test("each call returns a schema of its own", () => {
  Object.assign(blueprintJsonSchema(), { type: "string" });
  expect(blueprintJsonSchema()).toMatchObject({ type: "object" });
});
