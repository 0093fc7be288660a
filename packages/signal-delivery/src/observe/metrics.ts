import type { QuotaState, SendResult, Vendor } from "@datafly/signal-connector-kit";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

import type { DeliveryResult } from "../stream/delivery-result.js";
import { METRIC_CATALOG } from "./metric-catalog.js";
import { closed, MetricLabels } from "./metric-labels.js";

/** What is looked up at the moment of each scrape. */
export interface MetricsSource {
  /** The vendor's tables, of which labels are made. */
  readonly vendor: Vendor;
  /** Whether calls may be made: `false` while all of them would wait, for the quota or until something is put right. */
  gateOpen(): boolean;
  /** Whether the vendor is away. */
  away(): boolean;
  /** How many events are held: taken up and not settled yet. */
  laneDepth(): number;
  /** How many calls are not answered yet. */
  inFlight(): number;
  /** Whether no event waits for the consent store to answer; not there without one. */
  readonly consentAvailable?: (() => boolean) | undefined;
  /** What there is to be told of Kafka; not there for a file or a pipe. */
  readonly kafka?: KafkaMetricsSource | undefined;
}

/** What is known of Kafka at a moment. */
export interface KafkaMetricsSource {
  /** How many events each partition of this worker holds that are not settled. */
  lags(): ReadonlyMap<number, number>;
  /** How often the worker has joined its group. */
  joins(): number;
  /** Why no events come, if that is so. */
  problem(): string | undefined;
}

/** The metrics in the text format of Prometheus. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** Vendors answer within a second or so; clients give up after half a minute. */
const CALL_BUCKETS_SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30];

/**
 * What the worker counts. All labels come from closed sets, and none tells of a person.
 *
 * The registry is its own, so that two workers in a process, or a host's metrics, do not get into each other's way.
 */
export class Metrics {
  readonly #labels: MetricLabels;
  readonly #registry = new Registry();
  readonly #registers = [this.#registry];
  readonly #delivered = new Counter({ ...METRIC_CATALOG.delivered, registers: this.#registers });
  readonly #dropped = new Counter({ ...METRIC_CATALOG.dropped, registers: this.#registers });
  readonly #rejected = new Counter({ ...METRIC_CATALOG.rejected, registers: this.#registers });
  readonly #failed = new Counter({ ...METRIC_CATALOG.failed, registers: this.#registers });
  readonly #retries = new Counter({ ...METRIC_CATALOG.retries, registers: this.#registers });
  readonly #quotaLeft = new Gauge({ ...METRIC_CATALOG.quotaLeft, registers: this.#registers });
  readonly #quotaLimit = new Gauge({ ...METRIC_CATALOG.quotaLimit, registers: this.#registers });
  readonly #stopped = new Gauge({ ...METRIC_CATALOG.stopped, registers: this.#registers });
  readonly #callDuration = new Histogram({
    ...METRIC_CATALOG.callDuration,
    buckets: CALL_BUCKETS_SECONDS,
    registers: this.#registers,
  });

  /** @param source what is looked up at each scrape */
  constructor(source: MetricsSource) {
    this.#labels = new MetricLabels(source.vendor);
    // One dashboard shows all connectors.
    this.#registry.setDefaultLabels({ connector: source.vendor.connector });
    this.#lookUp(METRIC_CATALOG.gateOpen, () => (source.gateOpen() ? 1 : 0));
    this.#lookUp(METRIC_CATALOG.away, () => (source.away() ? 1 : 0));
    this.#lookUp(METRIC_CATALOG.laneDepth, () => source.laneDepth());
    this.#lookUp(METRIC_CATALOG.callsInFlight, () => source.inFlight());
    const { consentAvailable } = source;
    if (consentAvailable) this.#lookUp(METRIC_CATALOG.consentAvailable, () => (consentAvailable() ? 1 : 0));
    if (source.kafka) this.#lookUpKafka(source.kafka);
    this.#beginAtZero();
  }

  /** An event's way has ended. */
  settled({ outcome, failureClass }: Pick<DeliveryResult, "outcome" | "failureClass">): void {
    switch (outcome.status) {
      case "delivered":
        this.#delivered.inc({ matched: outcome.matched === undefined ? "unknown" : String(outcome.matched) });
        return;
      case "dropped":
        this.#dropped.inc({ reason: closed(this.#labels.dropped, outcome.reason) });
        return;
      case "rejected":
        this.#rejected.inc({ reason: closed(this.#labels.rejected, outcome.reason) });
        return;
      case "failed":
        this.#failed.inc({
          reason: closed(this.#labels.failed, outcome.reason),
          class: closed(this.#labels.classes, failureClass ?? "unknown"),
        });
        return;
    }
  }

  /** A call is made again, because of what happened to the one before. */
  retried(reason: string): void {
    this.#retries.inc({ reason: closed(this.#labels.failed, reason) });
  }

  /**
   * A call has ended.
   *
   * @param durationMs from sending it to having all of the answer, in milliseconds
   */
  called(outcome: Pick<SendResult, "status"> & { readonly reason?: string }, durationMs: number): void {
    const result = closed(this.#labels.callResults, outcome.reason ?? outcome.status);
    // The time of day may be set back during a call.
    this.#callDuration.observe({ result }, Math.max(0, durationMs) / 1000);
  }

  /** An answer told of the quota. A window without a limit is not shown: neither 0 nor a made-up number would be true. */
  quota(quota: QuotaState): void {
    for (const name of this.#labels.windows) {
      // It does not count this call.
      if (!Object.hasOwn(quota, name)) continue;
      const window = quota[name] ?? null;
      if (window === null) {
        this.#quotaLeft.remove({ window: name });
        this.#quotaLimit.remove({ window: name });
      } else {
        this.#quotaLeft.set({ window: name }, window.left);
        this.#quotaLimit.set({ window: name }, window.limit);
      }
    }
  }

  /** Delivery has stopped until something is put right. */
  stopped(): void {
    this.#stopped.set(1);
  }

  /** Delivery goes on. */
  resumed(): void {
    this.#stopped.set(0);
  }

  /** All metrics as they are now. Rejects if the source throws. */
  async exposition(): Promise<Exposition> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #lookUp(entry: { readonly name: string; readonly help: string }, value: () => number): void {
    new Gauge({
      ...entry,
      labelNames: [],
      registers: this.#registers,
      collect() {
        this.set(value());
      },
    });
  }

  #lookUpKafka(kafka: KafkaMetricsSource): void {
    this.#lookUp(METRIC_CATALOG.kafkaPartitions, () => kafka.lags().size);
    new Gauge({
      ...METRIC_CATALOG.kafkaLag,
      registers: this.#registers,
      collect() {
        // A partition that is another worker's now is that one's to tell of.
        this.reset();
        for (const [partition, lag] of kafka.lags()) this.set({ partition: String(partition) }, lag);
      },
    });
    new Counter({
      ...METRIC_CATALOG.kafkaJoins,
      registers: this.#registers,
      collect() {
        this.reset();
        this.inc(kafka.joins());
      },
    });
  }

  /** A series that begins with its first event hides that event from `rate()`, and is missed by dashboards until then. */
  #beginAtZero(): void {
    const { matched: matches, dropped, rejected, failed, callResults } = this.#labels;
    for (const matched of matches) this.#delivered.inc({ matched }, 0);
    for (const reason of dropped) this.#dropped.inc({ reason }, 0);
    for (const reason of rejected) this.#rejected.inc({ reason }, 0);
    for (const [reason, { classes, retried }] of failed) {
      for (const failureClass of classes) this.#failed.inc({ reason, class: failureClass }, 0);
      if (retried) this.#retries.inc({ reason }, 0);
    }
    for (const result of callResults) this.#callDuration.zero({ result });
  }
}
