import type { PlanSettings } from "@datafly/signal-apollo-connector";

import { readBlueprintFile } from "./blueprint-file.js";
import { readDefaultCountry } from "./default-country.js";

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
  return {
    deduplicate: dedupe,
    ...(defaultCountry !== undefined && { defaultCountry: readDefaultCountry(defaultCountry) }),
    ...(blueprint !== undefined && { blueprint: await readBlueprintFile(blueprint) }),
  };
}
