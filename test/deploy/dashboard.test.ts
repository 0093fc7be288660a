import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { METRIC_NAMES } from "../../packages/signal-delivery/src/observe/metric-catalog.js";
import type { Sample } from "../../packages/signal-delivery/test/observe/exposition.js";
import { root } from "../pages.js";
import { readExpression } from "./promql.js";
import { servedMetrics, unknownNames } from "./served-metrics.js";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

const { panels, templating } = JSON.parse(readFileSync(join(root, "deploy/grafana-dashboard.json"), "utf8")) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
};
const charts = panels.filter(({ type }) => type !== "row");
const targets = charts.flatMap(({ targets = [] }) => targets);

let served: readonly Sample[];
beforeAll(async () => {
  served = await servedMetrics();
});

describe.each(charts)("the panel $title", ({ description, targets = [] }) => {
  test("shows what /metrics serves, of the jobs that are chosen", () => {
    const selectors = targets.flatMap(({ expr }) => readExpression(expr).selectors);
    expect(targets.flatMap(({ expr }) => unknownNames(readExpression(expr), served))).toEqual([]);
    expect(selectors).not.toEqual([]);
    for (const { matchers } of selectors)
      expect(matchers).toContainEqual({ label: "job", operator: "=~", value: "$job" });
  });

  test("names its series by labels that they have", () => {
    for (const { expr, legendFormat = "" } of targets) {
      const { selectors, groupedBy } = readExpression(expr);
      const own = served.filter(({ name }) => selectors.some(({ metric }) => metric === name));
      const labels =
        groupedBy.length > 0 ? groupedBy : ["instance", ...own.flatMap((sample) => Object.keys(sample.labels))];
      for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(labels).toContain(label);
    }
  });

  test("says what it shows", () => {
    expect(description).toMatch(/\.$/);
  });
});

test("every metric of the worker is on it", () => {
  const shown = targets.flatMap(({ expr }) => readExpression(expr).selectors.map(({ metric }) => metric));
  const missing = METRIC_NAMES.filter((name) => !shown.some((metric) => metric.startsWith(name)));
  expect(missing).toEqual([]);
});

test("the variables that are used are there", () => {
  const used = new Set(
    JSON.stringify(panels)
      .match(/\$\{?(?!__)\w+/g)
      ?.map((name) => name.replace(/[${]/g, "")),
  );
  expect([...used].sort()).toEqual(templating.list.map(({ name }) => name).sort());
});

test("panels have ids of their own and lie beside each other", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});
