import { readFile } from "node:fs/promises";

import { checkPlanSettings, SettingsError, type PlanSettings } from "@datafly/signal-apollo-connector";

import { printable } from "./report/printable.js";
import { fileErrorReason, UsageError } from "./usage-error.js";

/** The options of the command line that decide what becomes of an event. */
export interface PlanFlags {
  readonly dedupe: boolean;
  readonly defaultCountry?: string | undefined;
  readonly blueprint?: string | undefined;
}

/**
 * Turns options of the command line into the settings of a plan.
 *
 * @throws UsageError if one is wrong, the file of a blueprint included
 */
export async function readPlanSettings({ dedupe, defaultCountry, blueprint }: PlanFlags): Promise<PlanSettings> {
  const settings = {
    deduplicate: dedupe,
    ...(defaultCountry !== undefined && { defaultCountry: defaultCountry.toUpperCase() }),
    ...(blueprint !== undefined && { blueprint: await readBlueprint(blueprint) }),
  };
  try {
    return checkPlanSettings(settings);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new UsageError(error.message);
  }
}

async function readBlueprint(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read the blueprint ${file}: ${fileErrorReason(error)}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The blueprint ${file} is not JSON: ${printable((error as Error).message)}.`);
  }
}
