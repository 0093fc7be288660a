import { DROP_REASONS, type FailureClass, type Vendor } from "@datafly/signal-connector-kit";

import { ENDED_RUNS, INVALID_JSON, MAYBE_DELIVERED, UNFINISHED } from "../stream/delivery-result.js";

/** The classes with which an event can become a dead letter. */
export interface FailedLabels {
  /** None if delivery stops or waits instead. */
  readonly classes: readonly FailureClass[];
  /** Whether a call that failed for this reason may be made again. */
  readonly retried: boolean;
}

const FINAL: FailedLabels = { classes: ["final"], retried: false };

/** Which series the reasons of each class can lead to: one that can never move would only mislead. */
const FAILED: Readonly<Record<FailureClass, FailedLabels>> = {
  setup: { classes: [], retried: false },
  throttle: { classes: [], retried: true },
  // Final if the call may have been carried out and a retry could make a second record.
  transient: { classes: ["transient", "final"], retried: true },
  final: FINAL,
  interrupted: FINAL,
};

/** The values that labels can have, from the vendor's tables and the engine's own reasons. */
export class MetricLabels {
  /** Whether a stored record was updated; `unknown` if the vendor does not say. */
  readonly matched = ["true", "false", "unknown"] as const;
  readonly classes: ReadonlySet<string> = new Set([...Object.keys(FAILED), "unknown"]);
  readonly dropped: ReadonlySet<string> = new Set([...DROP_REASONS, "consent_revoked"]);
  readonly rejected: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, FailedLabels>;
  readonly callResults: ReadonlySet<string>;
  /** The names of the quotas. */
  readonly windows: readonly string[];

  constructor({ rejections, failures, quotas }: Vendor) {
    this.rejected = new Set([INVALID_JSON, ENDED_RUNS, ...Object.keys(rejections)]);
    const failed = Object.entries(failures).map(([reason, { class: of }]): [string, FailedLabels] => [
      reason,
      FAILED[of],
    ]);
    this.failed = new Map([...failed, [MAYBE_DELIVERED, FINAL], [UNFINISHED, FINAL]]);
    this.callResults = new Set(["delivered", "partial", ...Object.keys(failures)]);
    this.windows = quotas.map(({ name }) => name);
  }
}

/**
 * A label's value, if it is one of those that are known. Each new value is a new series that a metrics server keeps, so
 * whatever is not in a table is counted under one name.
 */
export function closed(labels: { has(value: string): boolean }, value: string): string {
  return labels.has(value) ? value : "other";
}
