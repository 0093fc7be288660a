import type { QuotaState, SendDelivered } from "@datafly/signal-connector-kit";
import { expect, test } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { METRIC_CATALOG, METRIC_NAMES } from "../../src/observe/metric-catalog.js";
import { Metrics, type KafkaMetricsSource, type MetricsSource } from "../../src/observe/metrics.js";
import { maybeDelivered, type DeliveryResult } from "../../src/stream/delivery-result.js";
import { parseExposition, typesOf } from "./exposition.js";

type Settled = Parameters<Metrics["settled"]>[0];

const idle: MetricsSource = {
  vendor: APOLLO,
  gateOpen: () => true,
  away: () => false,
  laneDepth: () => 0,
  inFlight: () => 0,
};
const kafka: KafkaMetricsSource = {
  lags: () => new Map([[3, 7]]),
  joins: () => 2,
  problem: () => undefined,
};
const noQuota: QuotaState = { minute: null, hour: null, day: null };

/** The values of a metric's series, by their labels as they are written. */
async function valuesOf(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const { body } = await metrics.exposition();
  const samples = parseExposition(body).filter((sample) => sample.name === name);
  return Object.fromEntries(
    samples.map(({ labels: { connector, ...labels }, value }) => {
      expect(connector).toBe("apollo");
      return [Object.values(labels).join(" "), value];
    }),
  );
}

/** The same, without what has not happened. */
async function countsOf(metrics: Metrics, name: string): Promise<Record<string, number>> {
  return Object.fromEntries(Object.entries(await valuesOf(metrics, name)).filter(([, value]) => value !== 0));
}

function delivered(matched?: boolean): Settled {
  const outcome: SendDelivered = {
    status: "delivered",
    recordId: "66f1c0ffee0000000000a001",
    ...(matched !== undefined && { matched }),
    httpStatus: 200,
    warnings: [],
    quota: noQuota,
  };
  return { outcome };
}

function failed(failureClass?: "transient" | "final"): Settled {
  return {
    outcome: {
      status: "failed",
      reason: "server_error",
      message: "ada@lead.example",
      maybeDelivered: true,
      httpStatus: 502,
      warnings: [],
    },
    ...(failureClass !== undefined && { failureClass }),
  };
}

test.each<{ what: string; event: Settled; name: string; counts: Record<string, number> }>([
  {
    what: "a contact that was there",
    event: delivered(true),
    name: "signal_delivery_delivered_total",
    counts: { true: 1 },
  },
  { what: "a new contact", event: delivered(false), name: "signal_delivery_delivered_total", counts: { false: 1 } },
  {
    what: "a contact of which Apollo does not say whether it is new",
    event: delivered(),
    name: "signal_delivery_delivered_total",
    counts: { unknown: 1 },
  },
  {
    what: "a drop",
    event: { outcome: { status: "dropped", reason: "consent_denied" } },
    name: "signal_delivery_dropped_total",
    counts: { consent_denied: 1 },
  },
  {
    what: "a drop for a consent that was revoked",
    event: { outcome: { status: "dropped", reason: "consent_revoked" } },
    name: "signal_delivery_dropped_total",
    counts: { consent_revoked: 1 },
  },
  {
    what: "a reject",
    event: { outcome: { status: "rejected", reason: "missing_name", issues: [] } },
    name: "signal_delivery_rejected_total",
    counts: { missing_name: 1 },
  },
  {
    what: "a line that is not JSON",
    event: { outcome: { status: "rejected", reason: "invalid_json", issues: [] } },
    name: "signal_delivery_rejected_total",
    counts: { invalid_json: 1 },
  },
  {
    what: "a failure that a replay may mend",
    event: failed("transient"),
    name: "signal_delivery_failed_total",
    counts: { "server_error transient": 1 },
  },
  {
    what: "a failure for a person to look at",
    event: failed("final"),
    name: "signal_delivery_failed_total",
    counts: { "server_error final": 1 },
  },
  {
    what: "a failure whose class nobody told",
    event: failed(),
    name: "signal_delivery_failed_total",
    counts: { "server_error unknown": 1 },
  },
  {
    what: "an event that may have been delivered by a run that was killed",
    event: { outcome: maybeDelivered(APOLLO), failureClass: "final" },
    name: "signal_delivery_failed_total",
    counts: { "maybe_delivered final": 1 },
  },
])("$what is counted once, and nowhere else", async ({ event, name, counts }) => {
  const metrics = new Metrics(idle);

  metrics.settled(event);

  const totals = METRIC_NAMES.filter((each) => each.endsWith("_total"));
  for (const each of totals) expect(await countsOf(metrics, each)).toEqual(each === name ? counts : {});
});

test("retries are counted by what happened to the call before", async () => {
  const metrics = new Metrics(idle);

  metrics.retried("rate_limited");
  metrics.retried("timed_out");
  metrics.retried("rate_limited");

  expect(await countsOf(metrics, "signal_delivery_retries_total")).toEqual({ rate_limited: 2, timed_out: 1 });
});

test("calls are timed in seconds, by what came of them", async () => {
  const metrics = new Metrics(idle);

  metrics.called({ status: "delivered" }, 240);
  metrics.called({ status: "delivered" }, 1_500);
  metrics.called({ status: "failed", reason: "timed_out" }, 30_000);

  const sums = await countsOf(metrics, "signal_delivery_call_duration_seconds_sum");
  expect(sums).toEqual({ delivered: 1.74, timed_out: 30 });
  const buckets = await countsOf(metrics, "signal_delivery_call_duration_seconds_bucket");
  expect(buckets).toMatchObject({ "0.3 delivered": 1, "1 delivered": 1, "2 delivered": 2, "30 timed_out": 1 });
  expect(buckets).not.toHaveProperty("0.2 delivered");
});

test("a clock that is set back during a call makes no negative time", async () => {
  const metrics = new Metrics(idle);

  metrics.called({ status: "delivered" }, -3_600_000);

  expect(await valuesOf(metrics, "signal_delivery_call_duration_seconds_sum")).toMatchObject({ delivered: 0 });
  expect(await countsOf(metrics, "signal_delivery_call_duration_seconds_count")).toEqual({ delivered: 1 });
});

test("a quota window is shown as the last answer tells it, and not at all where it has no limit", async () => {
  const metrics = new Metrics(idle);
  expect(await valuesOf(metrics, "signal_delivery_quota_left")).toEqual({});

  metrics.quota({
    minute: { limit: 200, used: 200, left: 0 },
    hour: { limit: 400, used: 201, left: 199 },
    day: null,
  });
  expect(await valuesOf(metrics, "signal_delivery_quota_left")).toEqual({ minute: 0, hour: 199 });
  expect(await valuesOf(metrics, "signal_delivery_quota_limit")).toEqual({ minute: 200, hour: 400 });

  metrics.quota({ minute: null, hour: { limit: 400, used: 202, left: 198 }, day: null });
  expect(await valuesOf(metrics, "signal_delivery_quota_left")).toEqual({ hour: 198 });
  expect(await valuesOf(metrics, "signal_delivery_quota_limit")).toEqual({ hour: 400 });
});

test("the state of the stream is looked up at each scrape", async () => {
  const state = { open: true, held: 0, calls: 0 };
  const metrics = new Metrics({
    vendor: APOLLO,
    gateOpen: () => state.open,
    away: () => false,
    laneDepth: () => state.held,
    inFlight: () => state.calls,
  });
  expect(await valuesOf(metrics, "signal_delivery_gate_open")).toEqual({ "": 1 });

  Object.assign(state, { open: false, held: 64, calls: 2 });

  expect(await valuesOf(metrics, "signal_delivery_gate_open")).toEqual({ "": 0 });
  expect(await valuesOf(metrics, "signal_delivery_lane_depth")).toEqual({ "": 64 });
  expect(await valuesOf(metrics, "signal_delivery_calls_in_flight")).toEqual({ "": 2 });
});

test("whether the consent store answers is told where there is one", async () => {
  let available = false;
  const metrics = new Metrics({ ...idle, consentAvailable: () => available });

  expect(await valuesOf(metrics, "signal_delivery_consent_store_available")).toEqual({ "": 0 });
  available = true;
  expect(await valuesOf(metrics, "signal_delivery_consent_store_available")).toEqual({ "": 1 });
  expect(await valuesOf(new Metrics(idle), "signal_delivery_consent_store_available")).toEqual({});
});

test("a line that has stopped is told until it goes on", async () => {
  const metrics = new Metrics(idle);
  expect(await valuesOf(metrics, "signal_delivery_stopped")).toEqual({ "": 0 });

  metrics.stopped();
  expect(await valuesOf(metrics, "signal_delivery_stopped")).toEqual({ "": 1 });

  metrics.resumed();
  expect(await valuesOf(metrics, "signal_delivery_stopped")).toEqual({ "": 0 });
});

test("every metric is there from the start, of its type, and every reason that can come stands at 0", async () => {
  const metrics = new Metrics({ ...idle, consentAvailable: () => true, kafka });

  const { contentType, body } = await metrics.exposition();

  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(typesOf(body)).toEqual(
    Object.fromEntries(Object.values(METRIC_CATALOG).map(({ name, type }) => [name, type])),
  );
  expect(Object.keys(typesOf(body))).toHaveLength(METRIC_NAMES.length);
  expect(await valuesOf(metrics, "signal_delivery_delivered_total")).toEqual({ true: 0, false: 0, unknown: 0 });
  expect(await valuesOf(metrics, "signal_delivery_dropped_total")).toEqual({
    event_not_mapped: 0,
    consent_denied: 0,
    consent_missing: 0,
    consent_revoked: 0,
  });
  expect(await valuesOf(metrics, "signal_delivery_rejected_total")).toEqual({
    invalid_json: 0,
    invalid_event: 0,
    missing_name: 0,
    ended_runs: 0,
  });
  expect(await valuesOf(metrics, "signal_delivery_failed_total")).toEqual({
    "server_error transient": 0,
    "server_error final": 0,
    "connection_failed transient": 0,
    "connection_failed final": 0,
    "timed_out transient": 0,
    "timed_out final": 0,
    "unexpected_response transient": 0,
    "unexpected_response final": 0,
    "invalid_contact final": 0,
    "lists_refused final": 0,
    "request_refused final": 0,
    "aborted final": 0,
    "maybe_delivered final": 0,
    "unfinished final": 0,
  });
  expect(await valuesOf(metrics, "signal_delivery_retries_total")).toEqual({
    rate_limited: 0,
    server_error: 0,
    connection_failed: 0,
    timed_out: 0,
    unexpected_response: 0,
  });
});

test("the labels of each series are those of the catalog", async () => {
  const metrics = new Metrics({ ...idle, consentAvailable: () => true, kafka });
  metrics.quota({ ...noQuota, minute: { limit: 200, used: 1, left: 199 } });

  const samples = parseExposition((await metrics.exposition()).body);

  for (const { name, labelNames } of Object.values(METRIC_CATALOG)) {
    const labelled = samples.filter((sample) => sample.name.replace(/_(bucket|sum|count)$/, "") === name);
    expect(labelled).not.toEqual([]);
    for (const { labels } of labelled) {
      expect(
        Object.keys(labels)
          .filter((label) => label !== "le")
          .sort(),
      ).toEqual(["connector", ...labelNames].sort());
    }
  }
});

test("Kafka's metrics are those of the moment, and not there for a file", async () => {
  let lags = new Map([
    [0, 5],
    [3, 7],
  ]);
  const metrics = new Metrics({ ...idle, kafka: { ...kafka, lags: () => lags } });
  const lag = async () => valuesOf(metrics, "signal_delivery_kafka_lag");

  expect(await lag()).toEqual({ 0: 5, 3: 7 });
  lags = new Map([[3, 1]]);
  expect(await lag()).toEqual({ 3: 1 });
  expect(await valuesOf(metrics, "signal_delivery_kafka_partitions")).toEqual({ "": 1 });
  expect(await valuesOf(metrics, "signal_delivery_kafka_joins_total")).toEqual({ "": 2 });
  expect((await new Metrics(idle).exposition()).body).not.toContain("kafka");
});

test("what slips past the types makes one series, not one each", async () => {
  const metrics = new Metrics(idle);

  for (let i = 0; i < 100; i++) {
    const reason = `ada${i}@lead.example`;
    metrics.retried(reason);
    metrics.called({ status: "failed", reason }, 10);
    metrics.settled({ outcome: { status: "dropped", reason } as unknown as DeliveryResult["outcome"] });
    metrics.settled({ outcome: { status: "rejected", reason } as unknown as DeliveryResult["outcome"] });
    metrics.settled({
      outcome: { status: "failed", reason } as unknown as DeliveryResult["outcome"],
      failureClass: reason as unknown as "final",
    });
  }

  expect(await countsOf(metrics, "signal_delivery_retries_total")).toEqual({ other: 100 });
  expect(await countsOf(metrics, "signal_delivery_call_duration_seconds_count")).toEqual({ other: 100 });
  expect(await countsOf(metrics, "signal_delivery_dropped_total")).toEqual({ other: 100 });
  expect(await countsOf(metrics, "signal_delivery_rejected_total")).toEqual({ other: 100 });
  expect(await countsOf(metrics, "signal_delivery_failed_total")).toEqual({ "other other": 100 });
  expect((await metrics.exposition()).body).not.toContain("@");
});

test("nothing of what Apollo answered is shown", async () => {
  const metrics = new Metrics(idle);

  metrics.settled(failed("final"));
  metrics.settled(delivered(true));

  const { body } = await metrics.exposition();
  expect(body).not.toMatch(/lead\.example|66f1c0ffee/);
});

test("two workers in one process do not count into each other's metrics", async () => {
  const [one, other] = [new Metrics(idle), new Metrics(idle)];

  one.retried("timed_out");

  expect(await countsOf(other, "signal_delivery_retries_total")).toEqual({});
});
