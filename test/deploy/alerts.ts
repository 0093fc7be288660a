import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { root } from "../pages.js";

/** An alert of `deploy/alerts.yaml`. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A series that Prometheus makes of others. */
interface Recording {
  readonly record: string;
  readonly expr: string;
}

/** Where the rules are. */
export const alertsFile = join(root, "deploy/alerts.yaml");

const { groups } = parse(readFileSync(alertsFile, "utf8")) as {
  groups: readonly { readonly rules: readonly (Alert | Recording)[] }[];
};
const rules = groups.flatMap((group) => group.rules);

/** The alerts. */
export const alerts: readonly Alert[] = rules.filter((rule) => "alert" in rule);

/** The series that the rules make, by which alerts then go. */
export const recordings: readonly Recording[] = rules.filter((rule) => "record" in rule);
