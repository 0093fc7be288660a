import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { Sample } from "../../packages/signal-delivery/test/observe/exposition.js";
import { root } from "../pages.js";
import { alerts, recordings } from "./alerts.js";
import { readExpression } from "./promql.js";
import { servedMetrics, unknownNames } from "./served-metrics.js";

const operations = readFileSync(join(root, "docs/operations.md"), "utf8");
const headings = [...operations.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);

let served: readonly Sample[];
beforeAll(async () => {
  served = [...(await servedMetrics()), ...recordings.map(({ record }) => ({ name: record, labels: {}, value: 0 }))];
});

test("the names in an expression are found", () => {
  const read = readExpression(
    'sum by (job, reason) (rate(a_total{reason=~"x|y", job!="z"}[5m] offset 1h)) > 0.5 * max without (le) (b:c > bool 1)',
  );
  expect(read).toEqual({
    selectors: [
      {
        metric: "a_total",
        matchers: [
          { label: "reason", operator: "=~", value: "x|y" },
          { label: "job", operator: "!=", value: "z" },
        ],
      },
      { metric: "b:c", matchers: [] },
    ],
    groupedBy: ["job", "reason", "le"],
  });
});

test("a metric, a label or a value that is not there is found out", () => {
  const wrong = (expression: string) => unknownNames(readExpression(expression), served);
  expect(wrong("signal_delivery_delivered")).toEqual(["signal_delivery_delivered"]);
  expect(wrong('signal_delivery_dropped_total{reason="bored"}')).toEqual(["signal_delivery_dropped_total: bored"]);
  expect(wrong('signal_delivery_stopped{window="day"}')).toEqual(["signal_delivery_stopped: day"]);
  expect(wrong("sum by (reason) (signal_delivery_delivered_total)")).toEqual(["by reason"]);
});

test.each(recordings)("$record is made of what /metrics serves", ({ expr }) => {
  expect(unknownNames(readExpression(expr), served)).toEqual([]);
});

describe.each(alerts)("$alert", ({ alert, expr, labels, annotations }) => {
  test("goes by what /metrics serves", () => {
    const read = readExpression(expr);
    expect(read.selectors).not.toEqual([]);
    expect(unknownNames(read, served)).toEqual([]);
  });

  test("says how urgent it is, what is the matter and where to read on", () => {
    expect(["critical", "warning"]).toContain(labels.severity);
    expect(Object.keys(annotations).sort()).toEqual(["description", "runbook_url", "summary"]);
    expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(headings).toContain(alert);
  });

  test("stands in the table of alerts, as urgent as it is", () => {
    expect(operations).toMatch(
      new RegExp(`^\\| \\[${alert}\\]\\(#${alert.toLowerCase()}\\) +\\| ${labels.severity} `, "m"),
    );
  });
});

test("no alert is explained that there is not", () => {
  const explained = headings.filter((heading) => heading.startsWith("SignalApollo"));
  expect(explained.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});
