import type { DropReason } from "../decision/decision.js";
import type { Explanation } from "../decision/explanation.js";
import type { FailureClass } from "./failure-class.js";

/** A reason why a call or an event failed. */
export interface FailureExplanation extends Explanation {
  /** What the failure asks for. It decides whether the engine stops, waits, retries or keeps a dead letter. */
  readonly class: FailureClass;
  /**
   * Whether a connector's `check` that fails for this reason shows for certain that calls will: the credentials are wrong. Any other
   * failure may be about the path of the check. Default: `false`
   */
  readonly isCertain?: true;
  /**
   * How a call fails that is not answered, in words that follow "Acme is away:". Default: `connections to it fail`. Not used for a
   * failure with an HTTP status.
   */
  readonly unanswered?: string;
}

/** A quota of the vendor's, as it counts calls. */
export interface QuotaDefinition {
  /**
   * The name of the window, in letters and underscores: `minute`, `ten_seconds`. It is the key in {@link QuotaState}, the label of
   * metrics and a field of the log. Not `unknown`, `setup`, `outage` or `asked`, which the engine uses for other waits.
   */
  readonly name: string;
  /** How long a window lasts, in milliseconds. A window opens with its first call, not with the clock. */
  readonly lengthMs: number;
  /** What people call it, to follow the vendor's name: `quota of the minute`. */
  readonly title: string;
  /** Whether it counts only the calls that resume a record, and no others; see {@link SendPartial}. Default: only the others */
  readonly ofResumed?: true;
}

/** What the engine says of a vendor: its name, and its words for what can happen. Data; none of it holds a value of an event. */
export interface Vendor {
  /** The vendor's name, as in "Acme has been away". */
  readonly name: string;
  /** The name of the connector, in lower case: the label of metrics. */
  readonly connector: string;
  /** What an event becomes there, in one word: `contact`. JSON names the vendor's id of it `contactId`. */
  readonly record: string;
  /** Why events are dropped. */
  readonly drops: Readonly<Record<DropReason, Explanation>>;
  /** Why calls fail: all reasons that {@link SendFailed} can name. */
  readonly failures: Readonly<Record<string, FailureExplanation>>;
  /** Why events are rejected: all reasons that {@link RejectDecision} can name. */
  readonly rejections: Readonly<Record<string, Explanation>>;
  /** What can be omitted from a record: all codes that a {@link Warning} can have. */
  readonly warnings: Readonly<Record<string, Explanation>>;
  /** The quotas, the shortest first, those of resumed records last. Empty if the vendor tells none: then only `Retry-After` and the concurrency hold calls back. */
  readonly quotas: readonly QuotaDefinition[];
}
