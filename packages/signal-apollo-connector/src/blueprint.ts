import {
  blueprintSchema as blueprintSchemaOf,
  blueprintJsonSchema as jsonSchemaOf,
  type Blueprint as BlueprintFor,
  type Source,
} from "@datafly/signal-connector-kit";
import type * as z from "zod";

import { CONTACT, type ContactField, type RequiredField } from "./contact-fields.js";

/** Which events become contacts, under which consent, and with what in them. A mapping as data. */
export interface Blueprint extends BlueprintFor<ContactField, RequiredField> {
  /** Where the team's own fields come from, by the id of the field. Numbers and booleans stay what they are. */
  readonly typed_custom_fields?: Readonly<Record<string, Source>> | undefined;
  /** The labels, in this order; those that are empty or there already are omitted. */
  readonly labels: readonly Source[];
}

/** Checks a blueprint. */
export const blueprintSchema: z.ZodType<Blueprint> = /* @__PURE__ */ blueprintSchemaOf(CONTACT);

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
  return jsonSchemaOf(CONTACT, {
    typed_custom_fields: "Where your team's own fields come from, by the id of the field in Apollo.",
    labels: "The labels, in this order.",
  });
}
