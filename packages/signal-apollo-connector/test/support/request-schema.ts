import { readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";

const spec = parse(
  readFileSync(new URL("../../../apollo-client/openapi/apollo.yaml", import.meta.url), "utf8"),
) as object;

const validate = new Ajv2020({ strict: false, allErrors: true })
  .addSchema(spec, "apollo")
  .compile({ $ref: "apollo#/components/schemas/CreateContactRequest" });

/** What the API's description finds wrong with a request; empty if nothing. */
export function requestErrors(contact: unknown): string[] {
  return validate(contact)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
