import type { Explanation, Vendor } from "@datafly/signal-connector-kit";

/** Every reason in words: the vendor's, and those that only a stream can have. None holds a value of an event. */
export function reasonExplanations(vendor: Vendor): ReasonExplanations {
  const known = ofVendor.get(vendor);
  if (known !== undefined) return known;
  const { name, record, drops, rejections, failures } = vendor;
  const explanations = { ...drops, ...rejections, ...failures, ...ownReasons(name, record) };
  ofVendor.set(vendor, explanations);
  return explanations;
}

const ofVendor = new WeakMap<Vendor, ReasonExplanations>();

/** Why events are not delivered, by the words that reports and dead letters use. */
export type ReasonExplanations = Readonly<Record<string, Explanation>>;

const ownReasons = (name: string, record: string) => ({
  consent_revoked: {
    meaning: "the consent store does not (or no longer) grant marketing consent",
    whatToDo:
      "No action is needed: consent was in the event, and is no longer in the consent store. If that is wrong for many, check --consent-key and --consent-path: a missing entry counts as no consent. Then rerun with --restart.",
  },
  invalid_json: {
    meaning: "the line is not JSON",
    whatToDo:
      "Read the line in the dead letter. Events are NDJSON: one JSON object per line, in UTF-8. The line may have been cut off while it was written. Fix the sender for future events. To send this one, replace the line in the dead letter and replay it, or delete the dead letter to give it up.",
  },
  ended_runs: {
    meaning: "two runs ended while they processed it, killed by the watchdog or out of memory",
    whatToDo:
      "Check the event in the dead letter: one of its values is hostile or far too large. Correct the value and replay it, or delete the dead letter to give the event up. Please report an event that ends a run: none should.",
  },
  maybe_delivered: {
    meaning: `a run ended while its call was in flight; check ${name} before you resend it`,
    whatToDo: `Look for the ${record} in ${name}. If it is missing, replay the dead letter with deduplication on; with --no-dedupe, a replay skips it.`,
  },
  unfinished: {
    meaning: `the ${record} is written, and the run ended before the call that was left`,
    whatToDo: `Replay the dead letter: that makes the call that was left, and does not write the ${record} again, with --no-dedupe either. Keep a journal (a file, or --spool), and the next run does so by itself.`,
  },
});

/** The reasons of drops that are right as they are, and of ends that somebody asked for. */
const BY_DESIGN: ReadonlySet<string> = new Set(["event_not_mapped", "consent_denied", "consent_revoked"]);

/** Whether a person can do something about a reason, so that a report points to what. */
export function isActionable(reason: string, { failures }: Vendor): boolean {
  return !BY_DESIGN.has(reason) && failures[reason]?.class !== "interrupted";
}
