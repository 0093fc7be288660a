import type { Explanation } from "../decision/explanation.js";
import type { FailureClass } from "./failure-class.js";

/** A reason why a call or an event failed. */
export interface FailureExplanation extends Explanation {
  /** What the failure asks for. It decides whether the engine stops, waits, retries or keeps a dead letter. */
  readonly class: FailureClass;
}

/** A quota of the vendor's, as it counts calls. */
export interface QuotaDefinition {
  /** The name of the window: `minute`. It is the key in {@link QuotaState} and the label of metrics. */
  readonly name: string;
  /** How long a window lasts, in milliseconds. */
  readonly lengthMs: number;
  /** What people call it, to follow the vendor's name: `quota of the minute`. */
  readonly title: string;
}

/** What the engine says of a vendor: its name, and its words for what can happen. Data; none of it holds a value of an event. */
export interface Vendor {
  /** The vendor's name, as in "Apollo has been away". */
  readonly name: string;
  /** The name of the connector, in lower case: the label of metrics. */
  readonly connector: string;
  /** What an event becomes there: `contact`. */
  readonly record: string;
  /** Why calls fail: all reasons that {@link SendFailed} can name. */
  readonly failures: Readonly<Record<string, FailureExplanation>>;
  /** Why events are rejected, beside `invalid_event`: all other reasons that {@link RejectDecision} can name. */
  readonly rejections: Readonly<Record<string, Explanation>>;
  /** What can be omitted from a record: all codes that a {@link Warning} can have. */
  readonly warnings: Readonly<Record<string, Explanation>>;
  /** The quotas, the shortest first. Empty if the vendor tells none. */
  readonly quotas: readonly QuotaDefinition[];
}
