/**
 * Plans each event of a list that is given on standard input, and prints its index when it is done. A program of its own, since
 * an expression that never ends can only be stopped with its process.
 */
import { readFileSync, writeSync } from "node:fs";

import { planDelivery } from "../../src/plan.js";
import type { PlanSettings } from "../../src/settings.js";

const { events, settings } = JSON.parse(readFileSync(0, "utf8")) as {
  readonly events: readonly unknown[];
  readonly settings: readonly PlanSettings[];
};
for (const [index, event] of events.entries()) {
  for (const one of settings) planDelivery(event, one);
  writeSync(1, `${index}\n`);
}
