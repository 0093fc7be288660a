import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { root } from "../pages.js";
import { alerts, alertsFile } from "./alerts.js";
import { complaintsOf, hasPromtool, unlessPromtool } from "./promtool.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "signal-apollo-promtool-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The values of a series, a minute apart, in the notation of promtool: `0+5x60` is 0, then 5 more for each of 60 minutes. */
type World = Readonly<Record<string, string>>;

const MINUTES = 600;
const stays = (value: number) => `${value}+0x${MINUTES}`;
const grows = (aMinute: number, from = 0) => `${from}+${aMinute}x${MINUTES}`;

const counts = (metric: string, labels: string) =>
  `signal_delivery_${metric}{${labels},job="leads",instance="a",connector="apollo"}`;
const gauge = (metric: string, labels = "") => counts(metric, labels === "" ? 'pod="a"' : labels);
const calls = (result: string) => counts("call_duration_seconds_count", `result="${result}"`);
const dropped = (reason: string) => counts("dropped_total", `reason="${reason}"`);
const failed = (reason: string, failureClass: string) =>
  counts("failed_total", `reason="${reason}",class="${failureClass}"`);
const delivered = counts("delivered_total", 'matched="true"');
const rejected = counts("rejected_total", 'reason="missing_name"');
const lag = gauge("kafka_lag", 'partition="0"');
const joins = gauge("kafka_joins_total");

/** One worker, four leads a minute, all of them delivered. */
const HEALTHY: World = {
  [delivered]: grows(4),
  [dropped("consent_missing")]: grows(10),
  [dropped("consent_revoked")]: stays(0),
  [rejected]: stays(0),
  [failed("timed_out", "transient")]: stays(0),
  [calls("delivered")]: grows(4),
  [calls("timed_out")]: stays(0),
  [gauge("lane_depth")]: stays(1),
  [gauge("gate_open")]: stays(1),
  [gauge("stopped")]: stays(0),
  [gauge("away")]: stays(0),
  [gauge("consent_store_available")]: stays(1),
  [gauge("quota_limit", 'window="hour"')]: stays(400),
  [gauge("quota_limit", 'window="day"')]: stays(2000),
  [gauge("kafka_partitions")]: stays(12),
  [lag]: stays(2),
  [joins]: stays(1),
};

/** Nothing is called and nothing is delivered; what needs no call goes on. */
const NO_CALLS: World = { [delivered]: stays(50), [calls("delivered")]: stays(50) };
const NOTHING_SETTLED: World = { ...NO_CALLS, [dropped("consent_missing")]: stays(100) };

/** What is the case, and which alerts are to fire after three hours and a bit of it. */
const SITUATIONS: readonly (readonly [name: string, world: World, fires: readonly string[]])[] = [
  ["all is well", {}, []],
  ["there is nothing to do", { ...NOTHING_SETTLED, [lag]: stays(0), [gauge("lane_depth")]: stays(0) }, []],
  [
    "the key is wrong, and one call is tried now and then",
    {
      ...NO_CALLS,
      [calls("invalid_api_key")]: grows(2),
      // An event that needs no call seems to say that all is well again.
      [gauge("stopped")]: `1 0 1 0+0x1 1+0x${MINUTES}`,
      [gauge("gate_open")]: stays(0),
      [gauge("lane_depth")]: stays(128),
      [lag]: grows(4),
    },
    ["SignalApolloStopped"],
  ],
  [
    "Apollo has not been reached since the start",
    {
      ...NO_CALLS,
      [calls("connection_failed")]: grows(2),
      [gauge("stopped")]: stays(1),
      [gauge("gate_open")]: stays(0),
      [lag]: grows(4),
    },
    ["SignalApolloStopped"],
  ],
  ["no worker gets a partition", { [gauge("kafka_partitions")]: stays(0) }, ["SignalApolloNoPartitions"]],
  [
    "the consent store is away, and what needs no call goes on",
    { ...NO_CALLS, [gauge("lane_depth")]: stays(128), [gauge("consent_store_available")]: stays(0) },
    ["SignalApolloConsentStoreAway"],
  ],
  [
    "the consent store is away, and events go on coming",
    {
      ...NO_CALLS,
      [gauge("lane_depth")]: stays(128),
      [gauge("consent_store_available")]: stays(0),
      [lag]: grows(4),
    },
    ["SignalApolloConsentStoreAway"],
  ],
  [
    "the consent store is away from the first event on, so that nothing is known of the quota",
    {
      ...NO_CALLS,
      [gauge("lane_depth")]: stays(128),
      [gauge("consent_store_available")]: stays(0),
      [gauge("quota_limit", 'window="hour"')]: `_x${MINUTES}`,
      [gauge("quota_limit", 'window="day"')]: `_x${MINUTES}`,
    },
    ["SignalApolloConsentStoreAway"],
  ],
  ["the consent store was away for a moment", { [gauge("consent_store_available")]: `1+0x197 0 0 1+0x${MINUTES}` }, []],
  [
    "events are held, without a consent store, and nothing is called",
    { ...NO_CALLS, [gauge("lane_depth")]: stays(128), [gauge("consent_store_available")]: `_x${MINUTES}` },
    ["SignalApolloNoCalls"],
  ],
  [
    "the worker takes none of the events before it",
    { ...NOTHING_SETTLED, [gauge("lane_depth")]: stays(0), [lag]: stays(40) },
    ["SignalApolloStalled"],
  ],
  [
    "Apollo is down",
    {
      ...NO_CALLS,
      [calls("timed_out")]: grows(1),
      [gauge("away")]: stays(1),
      [gauge("gate_open")]: stays(0),
      [gauge("lane_depth")]: stays(128),
      [lag]: grows(4),
    },
    ["SignalApolloApolloFailing"],
  ],
  ["Apollo was away for a moment", { [gauge("away")]: `0+0x180 1 1 1 0+0x${MINUTES}` }, []],
  [
    "a lead failed within the hour",
    { [failed("timed_out", "transient")]: `0+0x150 1+0x${MINUTES}` },
    ["SignalApolloLeadsFailed"],
  ],
  ["a lead failed long ago", { [failed("timed_out", "transient")]: `0+0x60 1+0x${MINUTES}` }, []],
  ["the form no longer asks for names", { [rejected]: grows(2) }, ["SignalApolloLeadsRejected"]],
  ["a name is missing now and then", { [rejected]: `0+0x150 12+0x${MINUTES}` }, []],
  [
    "the consent store was emptied",
    { ...NO_CALLS, [dropped("consent_revoked")]: grows(4), [gauge("lane_depth")]: stays(0) },
    ["SignalApolloConsentRevoked"],
  ],
  ["people revoke now and then", { [dropped("consent_revoked")]: grows(1) }, []],
  ["more events come than are settled, with quota left", { [lag]: grows(3) }, ["SignalApolloFallingBehind"]],
  [
    "more events come than are settled, for want of quota",
    { [lag]: grows(3), [gauge("gate_open")]: stays(0), ...NO_CALLS, [gauge("lane_depth")]: stays(128) },
    ["SignalApolloQuotaUsedUp"],
  ],
  [
    "the quota is used up, and nothing waits for it",
    { [gauge("gate_open")]: stays(0), [gauge("lane_depth")]: stays(0) },
    [],
  ],
  // 4 of 14 events cost a call: 7,500 of them, 2,143 calls, are more than a day's 2,000.
  ["the backlog takes more than a day", { [lag]: stays(7_500) }, ["SignalApolloNotEnoughQuota"]],
  ["the backlog takes less than a day", { [lag]: stays(6_500) }, []],
  [
    "the backlog takes more than a day, since the hours of a day are less than its limit",
    {
      [lag]: stays(7_500),
      [gauge("quota_limit", 'window="hour"')]: stays(80),
      [gauge("quota_limit", 'window="day"')]: stays(100_000),
    },
    ["SignalApolloNotEnoughQuota"],
  ],
  ["the workers join again and again", { [joins]: grows(1) }, ["SignalApolloRebalanceStorm"]],
  ["a rollout made them join a few times", { [joins]: `1+0x160 5+0x${MINUTES}` }, []],
];

describe.skipIf(!hasPromtool)(`the rules${unlessPromtool}`, () => {
  test("are rules", () => {
    expect(complaintsOf("check", "rules", alertsFile)).toBe("");
  });

  test.each(SITUATIONS)("when %s", (_, world, fires) => {
    expect(complaintsOf("test", "rules", situation({ ...HEALTHY, ...world }, fires))).toBe("");
  });

  test("when there is no worker", () => {
    expect(complaintsOf("test", "rules", situation({}, ["SignalApolloAbsent"]))).toBe("");
  });

  test("a test of them can fail", () => {
    expect(complaintsOf("test", "rules", situation(HEALTHY, ["SignalApolloStopped"]))).toContain("SignalApolloStopped");
  });

  test("each of them fires in one of the situations", () => {
    const fired = new Set([...SITUATIONS.flatMap(([, , fires]) => fires), "SignalApolloAbsent"]);
    expect([...fired].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });
});

describe.skipIf(!hasPromtool)(`the dashboard${unlessPromtool}`, () => {
  test("holds expressions of PromQL", () => {
    const text = readFileSync(join(root, "deploy/grafana-dashboard.json"), "utf8").replaceAll("$__rate_interval", "5m");
    const { panels } = JSON.parse(text) as { panels: readonly { targets?: readonly { expr: string }[] }[] };
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const rules = expressions.map((expr, number) => ({ record: `panel:number:${number}`, expr }));
    const file = write({ groups: [{ name: "dashboard", rules }] });
    expect(rules.length).toBeGreaterThan(10);
    expect(complaintsOf("check", "rules", file)).toBe("");
  });
});

/** Writes a test for promtool: in a world, these alerts fire, and no others. */
function situation(world: World, fires: readonly string[]): string {
  const input_series = Object.entries(world).map(([series, values]) => ({ series, values }));
  const exp_samples = [...fires].sort().map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 }));
  const expr = 'group by (alertname) (ALERTS{alertstate="firing"})';
  return write({
    rule_files: [alertsFile],
    evaluation_interval: "1m",
    tests: [{ interval: "1m", input_series, promql_expr_test: [{ expr, eval_time: "200m", exp_samples }] }],
  });
}

let written = 0;

function write(content: unknown): string {
  written += 1;
  const file = join(folder, `${written}.yaml`);
  writeFileSync(file, stringify(content));
  return file;
}
