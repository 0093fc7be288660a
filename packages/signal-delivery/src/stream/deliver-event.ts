import type {
  DeliverDecision,
  FailureClass,
  SendDelivered,
  SendFailed,
  SendPartial,
  SendResult,
  Vendor,
} from "@datafly/signal-connector-kit";

import { HaltError } from "../halt-error.js";
import { MAX_TIMER_MS, type CallReport } from "../pace/pacer.js";
import type { EventRecord } from "./event-source.js";
import { classify, classOf, isUnanswered, withVendorWords } from "./retry-policy.js";
import { mayBeWrittenLate } from "./late-writes.js";
import type { DeliveryRun } from "./delivery-run.js";
import { noFailures, type EventFailures, type ProbeResult } from "./outage.js";
import { isAnswered, unfinished, type StreamOutcome } from "./delivery-result.js";
import type { ConsentCheck } from "./stream-options.js";

/** How long to wait if the vendor refuses a call for the quota, does not say for how long, and has no windows. */
const DEFAULT_RETRY_AFTER_MS = 60_000;
/** How long to wait before the consent store is asked again. */
const CONSENT_RETRY_MS = 1_000;

/** An event that is to be delivered. */
interface Task {
  readonly record: EventRecord;
  readonly decision: DeliverDecision<unknown>;
  /** When it was taken up. */
  readonly firstAt: string;
  /** What an earlier run, or the dead letter, says that the next call needs, if the record is written already. */
  readonly resume: string | undefined;
}

/** How far an event is. */
interface EventProgress {
  attempts: number;
  maybeDelivered: boolean;
  /** What the next call needs, if the record is written already. */
  resume: string | undefined;
  /** The call of this run that has written it. */
  written: SendPartial | undefined;
  isSettled: boolean;
}

/** What became of one try to send an event. */
type Try =
  | {
      readonly kind: "settled";
      readonly outcome: SendDelivered;
      readonly consent: ConsentCheck | undefined;
    }
  | { readonly kind: "partial"; readonly outcome: SendPartial }
  | {
      readonly kind: "failed";
      readonly outcome: SendFailed;
      readonly failureClass: FailureClass;
      /** Whether there was no answer, as there has been none to any call before. */
      readonly unanswered: boolean;
      readonly consent: ConsentCheck | undefined;
    }
  | { readonly kind: "revoked"; readonly consent: ConsentCheck }
  | { readonly kind: "consent_unavailable"; readonly problem: string }
  | { readonly kind: "stopped" }
  /** A look at the vendor found it away still. */
  | { readonly kind: "away" }
  | { readonly kind: "journal_failed"; readonly problem: string };

/**
 * Delivers one event: sends it, and sends it again where that is safe, until it is settled. Where the run stops before that,
 * the event stays unsettled, for the next run.
 */
export async function deliverEvent(run: DeliveryRun, task: Task): Promise<void> {
  const { resume, record, firstAt } = task;
  const { journal, connector } = run.options;
  const isWritten = resume !== undefined;
  const progress: EventProgress = {
    attempts: 0,
    maybeDelivered: isWritten,
    resume,
    written: undefined,
    isSettled: false,
  };
  await sendUntilSettled(run, task, progress);
  const { isSettled, written, attempts } = progress;
  if (isSettled || written === undefined || journal.keepsProgress) return;
  // No later run would know that the record is written.
  const outcome = { ...unfinished(connector.vendor), warnings: written.warnings };
  await run.deadLetter(record, outcome, {
    class: "final",
    attempts,
    maybeDelivered: true,
    resume: written.resume,
    firstAt,
  });
}

async function sendUntilSettled(run: DeliveryRun, task: Task, progress: EventProgress): Promise<void> {
  const { record, firstAt } = task;
  const { person } = task.decision;
  const { io, stop, pacer, maxAttempts, journal, observer, probeMs } = run.options;
  let failures = noFailures();
  const settle = (outcome: StreamOutcome, facts: Parameters<DeliveryRun["settle"]>[2]) => {
    progress.isSettled = true;
    return run.settle(record, outcome, facts);
  };

  // What an earlier event of the same person wrote late would stand in place of this one's values.
  await unlessStopped(run, () => run.lateWrites.passed(person, stop.signal));

  while (!run.stopped) {
    const tried = await unlessStopped(run, () =>
      pacer.run(stop.signal, () => tryToSend(run, task, progress.resume), { resumes: progress.resume !== undefined }),
    );
    if (tried === undefined) return;
    // Its attempt is noted, and no call was made; an earlier one may still have been carried out.
    if (isUnsent(tried) && !progress.maybeDelivered) journal.withdraw(record.position);
    if (tried.kind === "stopped") return;
    if (tried.kind === "away") continue;
    if (tried.kind === "journal_failed") {
      run.halt(tried.problem);
      return;
    }
    if (tried.kind === "consent_unavailable") {
      observer.consentUnavailable(tried.problem);
      await unlessStopped(run, () => io.sleep(CONSENT_RETRY_MS, stop.signal));
      continue;
    }
    if (tried.kind === "partial") {
      const { outcome } = tried;
      Object.assign(progress, {
        attempts: progress.attempts + 1,
        maybeDelivered: true,
        resume: outcome.resume,
        written: outcome,
      });
      // Those before were of another call.
      failures = noFailures();
      if ((await unlessStopped(run, () => noteProgress(run, record.position, outcome.resume))) !== true) return;
      continue;
    }
    const evidence = tried.consent && { storedConsent: tried.consent.evidence };
    if (tried.kind === "revoked") {
      const revoked = { status: "dropped", reason: "consent_revoked" } as const;
      const { attempts, maybeDelivered } = progress;
      return settle(revoked, { attempts, ...(maybeDelivered && { maybeDelivered }), ...evidence });
    }

    const { written } = progress;
    if (tried.kind === "settled") {
      progress.attempts += 1;
      const { attempts } = progress;
      const { matched, warnings } = written ?? tried.outcome;
      return settle(
        { ...tried.outcome, ...(matched !== undefined && { matched }), warnings },
        { attempts, ...evidence },
      );
    }

    const outcome = written === undefined ? tried.outcome : { ...tried.outcome, warnings: written.warnings };
    const { failureClass } = tried;
    progress.maybeDelivered ||= outcome.maybeDelivered;
    if (!progress.maybeDelivered) journal.withdraw(record.position);
    if (failureClass === "throttle" || (failureClass === "setup" && probeMs !== undefined)) {
      observer.retried(outcome.reason);
      continue;
    }
    progress.attempts += 1;
    const { attempts, maybeDelivered, resume } = progress;
    // The run has stopped already, or is about to.
    if (failureClass === "setup" || failureClass === "interrupted") return;
    const mayRetryAlone = failureClass === "transient" && attempts < maxAttempts && run.vendorContact.isFirst(person);
    if (tried.unanswered && !mayRetryAlone && !(await othersAreAnswered(run, task, outcome))) {
      giveUpUnanswered(run, outcome);
      // A later run knows of the attempt by its journal alone.
      const isForgotten = probeMs !== undefined || run.options.journalId === undefined;
      if (failureClass !== "final" || !isForgotten) return;
    } else if (failureClass === "transient" && (await isWorthRetry(run, failures, outcome))) {
      observer.retried(outcome.reason);
      continue;
    }
    progress.isSettled = true;
    return run.deadLetter(
      record,
      outcome,
      { class: failureClass, attempts, maybeDelivered, resume, firstAt },
      tried.consent?.evidence,
    );
  }
}

/**
 * Whether an event that failed is to be sent once more: as long as it has attempts left, or is not at fault. Resolves when the time
 * for that has come, as far as it is this event's own.
 */
async function isWorthRetry(run: DeliveryRun, failures: EventFailures, outcome: SendFailed): Promise<boolean> {
  const { io, stop, maxAttempts } = run.options;
  const { retryAfterMs } = outcome;
  const counted = run.outage.count(failures);
  // All calls wait then, and this one takes its turn.
  if (run.outage.since !== undefined) return true;
  if (counted < maxAttempts) {
    await unlessStopped(run, () => io.sleep(run.options.backoffMs(counted), stop.signal));
    return true;
  }
  if (retryAfterMs !== undefined && !failures.waited) {
    failures.waited = true;
    return true;
  }
  const fault = run.outage.faultOf(failures);
  const found = fault === "event" ? "there" : await probe(run);
  if (run.stopped) return true;
  if (found === "there" || (found === "unknown" && fault === "probably_event")) {
    // No dead letter within the time that the vendor asked for.
    if (retryAfterMs !== undefined)
      await unlessStopped(run, () => io.sleep(Math.min(retryAfterMs, MAX_TIMER_MS), stop.signal));
    return run.stopped;
  }
  run.options.pacer.breakFor(run.outage.declare(retryAfterMs), "outage");
  tellAway(run, howItFails(outcome, run.options.connector.vendor));
  return true;
}

/** Looks whether the vendor is there, if that can be done without writing anything: then a stop need not wait for it. */
async function probe({ options: { probe, stop }, outage }: DeliveryRun): Promise<ProbeResult["found"]> {
  if (probe === undefined) return "unknown";
  const result = await probe(stop.signal);
  outage.checked(result);
  return result.found;
}

function tellAway({ options: { observer }, outage }: DeliveryRun, how: string): void {
  if (outage.since !== undefined) observer.away({ since: outage.since, until: outage.endsAt, how });
}

/** How calls fail, in words that repeat nothing of an answer. */
function howItFails({ reason, httpStatus }: SendFailed, { failures }: Vendor): string {
  if (httpStatus !== undefined) return `it answers ${httpStatus}`;
  return failures[reason]?.unanswered ?? "connections to it fail";
}

/** Waits until events of other people tell whether any call is answered, and says why nothing is sent meanwhile. */
function othersAreAnswered(run: DeliveryRun, { decision: { person } }: Task, failed: SendFailed): Promise<boolean> {
  if (run.vendorContact.isFirst(person) && !run.vendorContact.answered) run.options.observer.refused(failed.message);
  return run.isAnswered(person);
}

/** Not one call was answered, of whomever: the run stops, and no event is at fault. */
function giveUpUnanswered(run: DeliveryRun, { message }: SendFailed): void {
  const { probeMs, pacer, observer } = run.options;
  if (run.stopped) return;
  run.vendorContact.startOver();
  if (probeMs === undefined) {
    run.halt(message);
    return;
  }
  observer.refused(message);
  pacer.breakFor(probeMs);
  run.letGo(message);
}

/** Has the journal note that the record is written. Returns whether it did; if not, the run stops. */
async function noteProgress(run: DeliveryRun, position: number, resume: string): Promise<boolean> {
  try {
    await run.options.journal.progressed(position, resume);
    return true;
  } catch (error) {
    if (!(error instanceof HaltError)) throw error;
    run.halt(error.message);
    return false;
  }
}

/** Whether no call was made. */
function isUnsent({ kind }: Try): boolean {
  return kind !== "settled" && kind !== "failed" && kind !== "partial";
}

/**
 * Sends an event once, if the person's consent still stands. First the attempt is written, which can take long; then consent is
 * asked; then the call is made, with nothing in between that takes time.
 */
async function tryToSend(
  run: DeliveryRun,
  { record, decision }: Task,
  resume: string | undefined,
): Promise<{ result: Try; report: CallReport }> {
  const { connector, checkConsent, journal, abort, io, observer, probeMs } = run.options;
  const { vendor } = connector;
  const isWritten = resume !== undefined;
  // What is left to do of a record that is written may be done twice.
  const idempotent = connector.idempotent || isWritten;
  const { person } = decision;
  const { outage } = run;
  if (outage.isTooLong) {
    run.halt(
      `${vendor.name} has been away for longer than --outage-timeout allows, since ${new Date(outage.since ?? 0).toISOString()}. No lead is at fault.`,
    );
    return unsent({ kind: "stopped" });
  }
  if (outage.nextIsCheck(!idempotent) && (await probe(run)) === "away") {
    const awayForMs = outage.nextWaitMs();
    tellAway(run, "a check of the key fails");
    return { result: { kind: "away" }, report: { awayForMs } };
  }
  try {
    await journal.attempt(record.position, isWritten);
  } catch (error) {
    if (!(error instanceof HaltError)) throw error;
    return unsent({ kind: "journal_failed", problem: error.message });
  }
  let consent: ConsentCheck | undefined;
  try {
    consent = await checkConsent?.(record.event);
  } catch (error) {
    return unsent({ kind: "consent_unavailable", problem: (error as Error).message });
  }
  if (consent?.granted === false) return unsent({ kind: "revoked", consent });
  if (run.stopped) return unsent({ kind: "stopped" });

  const startedAt = io.now();
  const sentAt = run.lateWrites.now();
  const call = outage.sending(person);
  const outcome = await connector.send(decision, { signal: abort, ...(isWritten && { resume }) });
  const report = reportOf(outcome, vendor);
  observer.called(outcome, io.now() - startedAt);
  if (isAnswered(outcome)) run.vendorContact.answer();
  const namedClass = outcome.status === "failed" ? classOf(vendor, outcome.reason) : undefined;
  // Be it by refusing this one record: the vendor has processed the call, and is there. If a call is left, that shows nothing of it.
  const isProcessed = outcome.status === "delivered" || namedClass === "final";
  if (isProcessed && outage.succeeded()) observer.recovered();
  if (outcome.status === "partial") return { result: { kind: "partial", outcome }, report };
  if (outcome.status !== "failed") return { result: { kind: "settled", outcome, consent }, report };

  if (namedClass === "throttle") observer.throttled(outcome.retryAfterMs, outcome.vendorMessage);
  if (connector.idempotent && !isWritten && mayBeWrittenLate(outcome)) run.lateWrites.mayFollow(person, sentAt);
  const failureClass = classify(outcome, { vendor, idempotent }, run.vendorContact.answered);
  const unanswered = !run.vendorContact.answered && isUnanswered(outcome, vendor);
  const result: Try = { kind: "failed", outcome, failureClass, unanswered, consent };
  if (namedClass === "transient" && run.vendorContact.answered) {
    const { httpStatus: status, retryAfterMs } = outcome;
    const awayForMs = outage.failed(call, { status, retryAfterMs });
    run.vendorContact.change();
    if (awayForMs !== undefined) tellAway(run, howItFails(outcome, vendor));
    return { result, report: { ...report, awayForMs, askedForMs: outage.within(report.askedForMs) } };
  }
  if (failureClass !== "setup") return { result, report };
  // At once, before the next call can go out: it would fail in the same way.
  const problem = withVendorWords(outcome, vendor);
  if (probeMs === undefined) run.halt(problem);
  else observer.refused(problem);
  return { result, report: { ...report, brokenForMs: probeMs } };
}

function unsent(result: Try): { result: Try; report: CallReport } {
  return { result, report: {} };
}

/** What a call says of the quota. An answer without quota headers, a 401 say, says that there has been an answer. */
function reportOf(outcome: SendResult, vendor: Vendor): CallReport {
  const { quota } = outcome;
  if (outcome.status !== "failed") return { answered: true, quota };
  const { reason, retryAfterMs, httpStatus } = outcome;
  const answered = httpStatus !== undefined;
  if (classOf(vendor, reason) !== "throttle") return { answered, quota, askedForMs: retryAfterMs };
  const throttledForMs = retryAfterMs ?? vendor.quotas[0]?.lengthMs ?? DEFAULT_RETRY_AFTER_MS;
  return { answered, quota, throttledForMs };
}

/** Does something that a stop may cut short; `undefined` if it did. */
async function unlessStopped<T>(run: DeliveryRun, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!run.stopped) throw error;
    return undefined;
  }
}
