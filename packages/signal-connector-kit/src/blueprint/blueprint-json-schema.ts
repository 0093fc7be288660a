import * as z from "zod";

import { blueprintSchema, makePartSchemas } from "./blueprint.js";
import type { RecordDefinition } from "./record-definition.js";

/**
 * Returns the JSON Schema (draft 2020-12) of the blueprints of a record, made from the rules that check them, for editors that complete
 * and check a file as it is written. What a schema cannot say, such as whether a fixed text is a value that its field takes, is checked
 * only when the blueprint is used. Each call returns a new object.
 *
 * @param more what an editor shows for the parts of lists and of custom fields
 */
export function blueprintJsonSchema(
  definition: RecordDefinition,
  more: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const { name, record, fields: rules, lists = {}, groups = {} } = definition;
  const { properties = {}, ...schema } = jsonSchemaOf(blueprintSchema(definition));
  const descriptions: Readonly<Record<string, string>> = {
    $schema: "Where this schema is, for editors. Not read.",
    events: `The names of the track events that become ${record}s, as they are spelt. All others are dropped.`,
    consent: "The consent without which nothing is delivered.",
    fields: `Where each field of the ${record} comes from.`,
    ...more,
  };
  const parts = Object.fromEntries(
    Object.entries(properties).map(([part, of]) => [part, { ...(of as object), description: descriptions[part] }]),
  ) as Record<string, z.core.JSONSchema.BaseSchema>;
  const source = { $ref: "#/$defs/source" };
  const withSource = (names: readonly string[], keyword: "additionalProperties" | "items") =>
    Object.fromEntries(names.map((part) => [part, { ...parts[part], [keyword]: source }]));
  const sourceSchema = jsonSchemaOf(makePartSchemas().source);
  delete sourceSchema.$schema;
  return {
    title: `Blueprint of Signal's events for ${name}`,
    ...schema,
    properties: {
      ...parts,
      fields: {
        type: "object",
        description: descriptions.fields,
        // A property for each, so that an editor can complete it.
        properties: Object.fromEntries(Object.keys(rules).map((field) => [field, source])),
        required: Object.keys(rules).filter((field) => rules[field]?.required !== undefined),
        additionalProperties: false,
      },
      ...withSource(Object.keys(groups), "additionalProperties"),
      ...withSource(
        Object.values(lists).map(({ part }) => part),
        "items",
      ),
    },
    $defs: { source: sourceSchema },
  };
}

function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // The types are read-only; a file is not.
      delete jsonSchema.readOnly;
    },
  });
}
