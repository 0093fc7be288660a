import { settingsJsonSchema } from "@datafly/signal-connector-kit";

import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { Output } from "../report/output.js";

/** What there is a JSON Schema of. */
export const SCHEMAS = ["blueprint", "settings"] as const;
/** One of the things that there is a JSON Schema of. */
export type SchemaName = (typeof SCHEMAS)[number];

/** Prints a JSON Schema. */
export async function schema(of: SchemaName, { definition, stdout }: CommandIo): Promise<ExitCode> {
  const { blueprint, settings, vendor } = definition;
  const printed = of === "blueprint" ? blueprint.jsonSchema() : settingsJsonSchema(settings, vendor);
  await new Output(stdout).line(JSON.stringify(printed, undefined, 2));
  return ExitCode.done;
}
