import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FAILURE_CLASSES } from "@datafly/signal-apollo-connector";
import { expect, test } from "vitest";

import { plans } from "../../packages/apollo-sandbox/src/plan.js";
import { root } from "../pages.js";
import { defaultOf } from "./worker-settings.js";

const page = readFileSync(join(root, "docs/operations.md"), "utf8");
const DAY_SECONDS = 86_400;

test.each([
  ["free", "free"],
  ["basic, professional", "basic"],
  ["basic, professional", "professional"],
  ["organization", "organization"],
] as const)("the sizes for %s are worked out from the quota of %s", (row, plan) => {
  const { minute, hour, day } = plans[plan];
  const calls = Math.min(minute * 1440, hour * 24, day);
  const share = (100 * calls) / (Number(defaultOf("--concurrency")) * DAY_SECONDS);
  const english = (count: number) => count.toLocaleString("en");

  expect(rowOf(row)).toEqual([
    row,
    english(minute),
    english(hour),
    english(day),
    `${share.toFixed(1)} %`,
    `${Math.ceil(10_000 / calls)} days`,
  ]);
});

test("what each class of failure asks for is said", () => {
  const classes = [...new Set(Object.values(FAILURE_CLASSES))];
  expect(classes.map((name) => rowOf(`\`${name}\``)?.length)).toEqual(classes.map(() => 4));
});

/** The cells of the first row of a table that begins with a text. */
function rowOf(first: string): string[] | undefined {
  const rows = page.split("\n").map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
  return rows.find(([cell]) => cell === first);
}
