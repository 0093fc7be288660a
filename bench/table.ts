import Table from "cli-table3";

import { reached, type Row, type Spread } from "./row.js";

/** The rows as a table, ratios first. */
export function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ["ratio", "goal", "what", "figure", "against", "figure", ""],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([
      `${figure(row.ratio.median)}${spread(row.ratio)}`,
      goal(row),
      row.what,
      `${figure(row.ours.median)} ${row.unit}`,
      row.against,
      `${figure(row.theirs.median)} ${row.unit}`,
      row.note ?? "",
    ]);
  }
  return table.toString();
}

function goal(row: Row): string {
  const { atLeast, atMost } = row.goal ?? {};
  const mark = { true: "reached", false: "MISSED", undefined: "" }[
    String(reached(row)) as "true" | "false" | "undefined"
  ];
  if (atLeast !== undefined) return `≥ ${figure(atLeast)} ${mark}`;
  return atMost === undefined ? "" : `≤ ${figure(atMost)} ${mark}`;
}

function spread({ min, max }: Spread): string {
  return min === max ? "" : ` (${figure(min)}–${figure(max)})`;
}

/** Three significant digits: more would be noise. */
function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}
