// pnpm bench: measures, prints one table, and writes it as JSON. docs/benchmarks.md says how to read it.
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";

import { Command, InvalidArgumentError } from "commander";

import type { Effort, Row } from "./row.js";
import { clientRows } from "./rows/client.js";
import { costRows } from "./rows/cost.js";
import { paceRows } from "./rows/pace.js";
import { planRows } from "./rows/plan.js";
import { sizeRows } from "./rows/size.js";
import { startUpRows } from "./rows/start-up.js";
import { workerRows } from "./rows/worker.js";
import { tableOf } from "./table.js";

const GROUPS = {
  plan: planRows,
  client: clientRows,
  cost: costRows,
  worker: workerRows,
  // Loaded only when it is asked for: it looks for Java, and has Maven fetch Kafka.
  kafka: async (effort) => (await import("./rows/kafka.js")).kafkaRows(effort),
  pace: paceRows,
  "start-up": startUpRows,
  size: sizeRows,
} as const satisfies Record<string, (effort: Effort) => Promise<Row[]>>;
type Group = keyof typeof GROUPS;

const { only, quick, json } = new Command("bench")
  .description("Measures, and compares with what else there is. Takes some forty minutes; --quick a minute.")
  .option("--only <groups>", `some of them: ${Object.keys(GROUPS).join(",")}`, groups)
  .option("--quick", "few rounds, small inputs: to see that it works, not to quote", false)
  .option("--json <file>", "where to write the figures", "results.json")
  .parse()
  .opts<{ only?: Group[]; quick: boolean; json: string }>();

const effort: Effort = {
  quick,
  progress: (text) => {
    console.error(`… ${text}`);
  },
};
const rows: Row[] = [];
for (const group of only ?? (Object.keys(GROUPS) as Group[])) rows.push(...(await GROUPS[group](effort)));

const [cpu] = cpus();
const machine = { node: process.version, platform: process.platform, cpu: cpu?.model, cores: cpus().length };
await writeFile(json, `${JSON.stringify({ at: new Date().toISOString(), machine, quick, rows }, undefined, 2)}\n`);
console.log(tableOf(rows));
console.log(
  [
    `Node ${machine.node}, ${machine.cores} cores. Medians of several rounds, and from the least to the most. Pace and sizes are`,
    `measured once, since they come out the same each time. Written to ${json}.`,
  ].join("\n"),
);

function groups(text: string): Group[] {
  const names = text.split(",");
  const unknown = names.find((name) => !(name in GROUPS));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no ${unknown}.`);
  return names as Group[];
}
