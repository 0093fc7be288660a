import * as z from "zod";

import { blueprintSchema } from "./blueprint.js";
import { CONTACT_FIELDS, REQUIRED_FIELDS } from "./contact-fields.js";

/** What an editor shows for each part of a blueprint. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  $schema: "Where this schema is, for editors. Not read.",
  events: "The names of the track events that become contacts, as they are spelt. All others are dropped.",
  consent: "The consent without which nothing is delivered.",
  fields: "Where each field of the contact comes from.",
  typed_custom_fields: "Where your team's own fields come from, by the id of the field in Apollo.",
  labels: "The labels, in this order.",
};

/**
 * Returns the JSON Schema (draft 2020-12) of a blueprint, made from the rules that check it, for editors that complete and check a file
 * as it is written. What a schema cannot say, such as whether a fixed text is a value that its field takes, is checked only when the
 * blueprint is used. Each call returns a new object.
 *
 * @example
 * ```ts
 * import { writeFileSync } from "node:fs";
 * import { blueprintJsonSchema } from "@datafly/signal-apollo-connector";
 *
 * writeFileSync("blueprint.schema.json", JSON.stringify(blueprintJsonSchema(), undefined, 2));
 * ```
 */
export function blueprintJsonSchema(): Record<string, unknown> {
  const { properties = {}, ...schema } = z.toJSONSchema(blueprintSchema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // The types are read-only; a file is not.
      delete jsonSchema.readOnly;
    },
  });
  const parts = Object.fromEntries(
    Object.entries(properties).map(([part, of]) => [part, { ...(of as object), description: DESCRIPTIONS[part] }]),
  ) as Record<string, z.core.JSONSchema.BaseSchema>;
  const { fields, typed_custom_fields, labels } = parts;
  const sourceRef = { $ref: "#/$defs/source" };
  return {
    title: "Blueprint of Signal's events for Apollo",
    ...schema,
    properties: {
      ...parts,
      fields: {
        type: "object",
        description: fields?.description,
        // A property for each, so that an editor can complete it.
        properties: Object.fromEntries(Object.keys(CONTACT_FIELDS).map((field) => [field, sourceRef])),
        required: [...REQUIRED_FIELDS],
        additionalProperties: false,
      },
      typed_custom_fields: { ...typed_custom_fields, additionalProperties: sourceRef },
      labels: { ...labels, items: sourceRef },
    },
    $defs: { source: labels?.items },
  };
}
