/** One metric: what it is called, what it counts, and what it is split by. */
export interface MetricEntry {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Every metric of the worker. Each series has the label `connector`, too: which vendor it is about. Alerts and dashboards rest on these names: a change here breaks them. */
export const METRIC_CATALOG = {
  delivered: {
    name: "signal_delivery_delivered_total",
    type: "counter",
    help: "Events that became records at the vendor, by whether a stored record was updated.",
    labelNames: ["matched"],
  },
  dropped: {
    name: "signal_delivery_dropped_total",
    type: "counter",
    help: "Events dropped by design: not mapped, or without consent.",
    labelNames: ["reason"],
  },
  rejected: {
    name: "signal_delivery_rejected_total",
    type: "counter",
    help: "Events that cannot become records, kept as dead letters.",
    labelNames: ["reason"],
  },
  failed: {
    name: "signal_delivery_failed_total",
    type: "counter",
    help: "Events that the vendor did not take, or may not have taken, kept as dead letters.",
    labelNames: ["reason", "class"],
  },
  retries: {
    name: "signal_delivery_retries_total",
    type: "counter",
    help: "Calls that are made again, by what happened to the call before.",
    labelNames: ["reason"],
  },
  quotaLeft: {
    name: "signal_delivery_quota_left",
    type: "gauge",
    help: "Calls left in a quota window, as the vendor's last answer says. Not there for a window without a limit.",
    labelNames: ["window"],
  },
  quotaLimit: {
    name: "signal_delivery_quota_limit",
    type: "gauge",
    help: "Calls that a quota window allows, as the vendor's last answer says. Not there for a window without a limit.",
    labelNames: ["window"],
  },
  gateOpen: {
    name: "signal_delivery_gate_open",
    type: "gauge",
    help: "1 while calls may be made, 0 while all of them would wait: for the quota, or until something is put right.",
    labelNames: [],
  },
  laneDepth: {
    name: "signal_delivery_lane_depth",
    type: "gauge",
    help: "Events that are held: taken up and not settled yet.",
    labelNames: [],
  },
  callsInFlight: {
    name: "signal_delivery_calls_in_flight",
    type: "gauge",
    help: "Calls to the vendor that are not answered yet.",
    labelNames: [],
  },
  stopped: {
    name: "signal_delivery_stopped",
    type: "gauge",
    help: "1 while delivery has stopped until something is put right, such as the API key; 0 otherwise.",
    labelNames: [],
  },
  away: {
    name: "signal_delivery_away",
    type: "gauge",
    help: "1 while the vendor is away: calls of several people failed in a row, and none succeeded since. 0 otherwise.",
    labelNames: [],
  },
  consentAvailable: {
    name: "signal_delivery_consent_store_available",
    type: "gauge",
    help: "0 while events wait since the consent store cannot be asked, 1 otherwise. Only with a consent store.",
    labelNames: [],
  },
  callDuration: {
    name: "signal_delivery_call_duration_seconds",
    type: "histogram",
    help: "How long calls to the vendor took, by what came of them.",
    labelNames: ["result"],
  },
  kafkaLag: {
    name: "signal_delivery_kafka_lag",
    type: "gauge",
    help: "Events of a partition that are not settled yet. Only for consume, and for the partitions that this worker has.",
    labelNames: ["partition"],
  },
  kafkaPartitions: {
    name: "signal_delivery_kafka_partitions",
    type: "gauge",
    help: "Partitions that this worker has. Only for consume.",
    labelNames: [],
  },
  kafkaJoins: {
    name: "signal_delivery_kafka_joins_total",
    type: "counter",
    help: "How often the worker has joined its group: once at its start, and at each rebalance. Only for consume.",
    labelNames: [],
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

/** The names of all metrics of the worker. */
export const METRIC_NAMES: readonly string[] = Object.values(METRIC_CATALOG).map(({ name }) => name);
