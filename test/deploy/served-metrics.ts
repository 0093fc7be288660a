import { APOLLO } from "../../packages/signal-apollo-worker/src/apollo-connector.js";
import { Metrics } from "../../packages/signal-delivery/src/observe/metrics.js";
import { parseExposition, type Sample } from "../../packages/signal-delivery/test/observe/exposition.js";
import type { Expression, Matcher, Selector } from "./promql.js";

/** What Prometheus adds to each series by itself, from where it scraped it. */
const TARGET_LABELS = ["job", "instance", "namespace"];

/** What `/metrics` of a worker that consumes serves, once Apollo has told of its quota. */
export async function servedMetrics(): Promise<readonly Sample[]> {
  const metrics = new Metrics({
    vendor: APOLLO,
    gateOpen: () => true,
    away: () => false,
    laneDepth: () => 0,
    inFlight: () => 0,
    consentAvailable: () => true,
    kafka: { lags: () => new Map([[0, 0]]), joins: () => 1, problem: () => undefined },
  });
  const window = { limit: 100, used: 1, left: 99 };
  metrics.quota({ minute: window, hour: window, day: window });
  return parseExposition((await metrics.exposition()).body);
}

/** What an expression names that is not there: metrics, labels, values of labels. */
export function unknownNames({ selectors, groupedBy }: Expression, served: readonly Sample[]): string[] {
  const used = selectors.flatMap(({ metric }) => served.filter(({ name }) => name === metric));
  const labels = new Set([...TARGET_LABELS, ...used.flatMap((sample) => Object.keys(sample.labels))]);
  return [
    ...selectors.flatMap((selector) => unknownIn(selector, served)),
    ...groupedBy.filter((label) => !labels.has(label)).map((label) => `by ${label}`),
  ];
}

function unknownIn({ metric, matchers }: Selector, served: readonly Sample[]): string[] {
  const series = served.filter(({ name }) => name === metric);
  if (series.length === 0) return [metric];
  return matchers
    .filter(({ label }) => !TARGET_LABELS.includes(label))
    .flatMap((matcher) => valuesOf(matcher).filter((value) => !series.some(has(matcher.label, value))))
    .map((value) => `${metric}: ${value}`);
}

function valuesOf({ operator, value }: Matcher): string[] {
  return operator.endsWith("~") ? value.split("|") : [value];
}

function has(label: string, value: string): (sample: Sample) => boolean {
  return ({ labels }) => labels[label] === value;
}
