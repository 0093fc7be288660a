import type { Warning } from "../decision/warning.js";

/** What came of one call, told apart by `status`. */
export type SendResult = SendDelivered | SendPartial | SendFailed;

/**
 * How much of each quota is used, by the names of the vendor's quotas. `null` where a quota has no limit, or none is known. Quotas that do
 * not count the call are absent.
 */
export type QuotaState = Readonly<Record<string, QuotaUse | null>>;

/** How much of a quota is used in its present window. */
export interface QuotaUse {
  /** How many calls the window allows. */
  readonly limit: number;
  /** How many have been counted. */
  readonly used: number;
  /** How many are left. */
  readonly left: number;
}

/** The vendor wrote the record. */
export interface SendDelivered {
  /** What came of the call. */
  readonly status: "delivered";
  /** The vendor's id of the record. Only if it looks like one: what a server puts in its place is not to be shown. */
  readonly recordId?: string;
  /** Whether a record that was there already was updated. Absent if the vendor does not say. */
  readonly matched?: boolean;
  /** The HTTP status of the response. */
  readonly httpStatus: number;
  /** What was omitted from the record, the decision's warnings included. */
  readonly warnings: readonly Warning[];
  /** The quota as of the response. Absent if it does not tell. */
  readonly quota?: QuotaState;
}

/**
 * The vendor wrote the record, and what is to become of it takes one call more: a second endpoint, say. The engine keeps `resume` in its
 * journal, and in the dead letter if the next call fails for good, and gives it to the next call: the record is not written again.
 *
 * Return it only if the rest may be carried out twice without harm, whatever the connector's `idempotent` says.
 */
export interface SendPartial {
  /** What came of the call. */
  readonly status: "partial";
  /**
   * What the next call needs to know of the record: its id, say. A short text, 100 characters at the most, without personal data and
   * secrets. Not empty.
   */
  readonly resume: string;
  /** Whether a record that was there already was updated. Absent if the vendor does not say. */
  readonly matched?: boolean;
  /** The HTTP status of the response. */
  readonly httpStatus: number;
  /** What was omitted from the record, the decision's warnings included. */
  readonly warnings: readonly Warning[];
  /** The quota as of the response. Absent if it does not tell. */
  readonly quota?: QuotaState;
}

/** The vendor did not take the record, or it is not known whether it did. */
export interface SendFailed {
  /** What came of the call. */
  readonly status: "failed";
  /** Why: a name of the vendor's table of failures. */
  readonly reason: string;
  /**
   * Whether the record may have been written all the same. `false` only where that is certain: nothing was sent, or the vendor answered
   * that it refused. In doubt, `true`.
   */
  readonly maybeDelivered: boolean;
  /** What went wrong, in words that are safe for logs: no key, no value of the event. */
  readonly message: string;
  /**
   * The vendor's own words. They can repeat values of the event, so they go into the dead letter only, unless the reason is of the class
   * `setup`: then they are about the settings, and go into the problem that stops delivery, too.
   */
  readonly vendorMessage?: string;
  /** The HTTP status of the response. Absent if there was none: then the engine counts the call as unanswered. */
  readonly httpStatus?: number;
  /** How long the vendor asks to wait, in milliseconds. Absent if it does not ask. */
  readonly retryAfterMs?: number;
  /** What was omitted from the record. */
  readonly warnings: readonly Warning[];
  /** The quota as of the response. Absent if it does not tell. */
  readonly quota?: QuotaState;
}
