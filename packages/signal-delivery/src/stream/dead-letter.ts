import type { FailureClass, Issue, Vendor, Warning } from "@datafly/signal-connector-kit";

import { issuesText } from "../text/issues-text.js";
import type { Place } from "../place.js";
import type { RecordOrigin, SourceRecord, UnreadableRecord } from "./event-source.js";
import { eventIdOf, placeOf, type StreamOutcome } from "./delivery-result.js";
import { withVendorWords } from "./retry-policy.js";

/** An event that could not be delivered, with all that is needed to know why, and to send it once more. */
export interface DeadLetter extends Place {
  /** The journal of the run that gave it up, if it had one. */
  readonly journal?: string;
  /** The event's own `messageId`, if it has one. */
  readonly messageId: string | null;
  /** Whether it could not become a record, or could not be delivered. */
  readonly status: "rejected" | "failed";
  /** Why, in a word that stays the same. */
  readonly reason: string;
  /** What kind of failure it was. */
  readonly class: FailureClass;
  /** What went wrong, in words. */
  readonly message: string;
  /** The HTTP status of the vendor's answer, if there was one. */
  readonly httpStatus?: number;
  /** What the vendor said. It can repeat values of the event. */
  readonly vendorMessage?: string;
  /** Whether the record may have been written all the same. */
  readonly maybeDelivered: boolean;
  /** What the next call needs, if the record is certainly written and a call is left: a replay makes that call alone. */
  readonly resume?: string;
  /** How often it was sent, or tried to be sent. */
  readonly attempts: number;
  /** What is wrong with a rejected event, and where. */
  readonly issues?: readonly Issue[];
  /** What was omitted from the record. */
  readonly warnings: readonly Warning[];
  /** When it was taken up, in ISO 8601. */
  readonly firstAt: string;
  /** When it was given up, in ISO 8601. */
  readonly lastAt: string;
  /** The event as it came; numbers beyond 2^53 are texts of their digits. A replay sends this one. */
  readonly event?: unknown;
  /** The line as it came, if it could not be read, or if JavaScript would round some of its numbers. */
  readonly line?: string;
  /** Its bytes in Base64, where the text does not hold all of them: it is not UTF-8. */
  readonly lineBase64?: string;
}

/** What a letter says that the next call needs. It can have been edited. */
export function resumeIn({ resume }: { readonly resume?: unknown }): string | undefined {
  return typeof resume === "string" && resume !== "" ? resume : undefined;
}

/** A place where dead letters are kept. */
export interface DeadLetters {
  /**
   * Keeps a letter. Resolves when it is safe there.
   *
   * @param origin where the event came from, if that is more than a file
   * @throws HaltError if it could not be kept
   */
  add(letter: DeadLetter, origin?: RecordOrigin): Promise<void>;
}

/** What is known of a dead letter beside its record and outcome. */
export interface DeadLetterContext extends Pick<DeadLetter, "attempts" | "maybeDelivered" | "firstAt" | "lastAt"> {
  readonly class: FailureClass;
  readonly journal?: string | undefined;
  readonly resume?: string | undefined;
}

/** An outcome that makes a dead letter of an event. */
export type DeadOutcome = Extract<StreamOutcome, { readonly status: "rejected" | "failed" }>;

/** Makes the dead letter of an event. */
export function deadLetterOf(
  record: SourceRecord,
  outcome: DeadOutcome,
  context: DeadLetterContext,
  vendor: Vendor,
): DeadLetter {
  const { journal, resume, ...facts } = context;
  return {
    ...placeOf(record),
    ...(journal !== undefined && { journal }),
    messageId: eventIdOf(record).messageId,
    status: outcome.status,
    reason: outcome.reason,
    ...detailsOf(outcome, vendor),
    ...facts,
    ...(resume !== undefined && { resume }),
    ...(record.kind === "event" && { event: record.event }),
    ...lineIn(record),
  };
}

function lineIn({
  line,
  lineBase64,
}: Partial<Pick<UnreadableRecord, "line" | "lineBase64">>): Pick<DeadLetter, "line" | "lineBase64"> {
  return { ...(line !== undefined && { line }), ...(lineBase64 !== undefined && { lineBase64 }) };
}

function detailsOf(
  outcome: DeadOutcome,
  vendor: Vendor,
): Pick<DeadLetter, "message" | "warnings"> & Partial<DeadLetter> {
  if (outcome.status === "rejected") {
    const { issues } = outcome;
    return { message: issuesText(issues), issues, warnings: [] };
  }
  const { httpStatus, vendorMessage, warnings } = outcome;
  return {
    message: withVendorWords(outcome, vendor),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(vendorMessage !== undefined && { vendorMessage }),
    warnings,
  };
}
