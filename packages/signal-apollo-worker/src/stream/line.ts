import { consentEvidence } from "@datafly/signal-apollo-connector";

import type { SourceRecord } from "../source/event-source.js";
import { AuditError } from "./audit-error.js";
import { deadLetterOf, type DeadLetterContext, type DeadOutcome } from "./dead-letter.js";
import { DeadLetterError } from "./dead-letter-error.js";
import { eventIdOf, placeOf, type SettledEvent, type StreamOutcome } from "./settled-event.js";
import type { Reach, StreamOptions } from "./stream-options.js";
import { tellable } from "./tellable.js";

/** What is known of a settled event beside its record and outcome. */
type SettledFacts = Pick<SettledEvent, "attempts" | "maybeDelivered" | "failureClass" | "storedConsent">;

/** A stream under way: it settles events, and stops when it must. */
export class Line {
  readonly options: StreamOptions;
  readonly reach: Reach;
  #problem: string | undefined;

  constructor(options: StreamOptions) {
    this.options = options;
    this.reach = options.reach ?? { answered: false };
  }

  /** What has to be put right before the rest can be delivered; `undefined` if nothing has. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get stopped(): boolean {
    return this.options.stop.signal.aborted;
  }

  /** Takes up no more events: something has to be put right first. */
  halt(problem: string): void {
    if (this.#problem === undefined) this.options.observer.stopped(problem);
    this.#problem ??= problem;
    this.options.stop.abort();
  }

  /** The way of an event has ended. It counts as settled when that is recorded, where there is a record. */
  async settle(record: SourceRecord, outcome: StreamOutcome, facts: SettledFacts): Promise<void> {
    const { journal, observer, purpose } = this.options;
    const consent = record.kind === "event" && { consent: consentEvidence(record.event, purpose) };
    const { messageId, event: name } = eventIdOf(record);
    const id = { messageId: tellable(messageId), event: tellable(name) };
    const event: SettledEvent = { ...placeOf(record), ...id, outcome, ...consent, ...facts };
    try {
      await this.options.record?.(event);
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      this.halt(error.message);
      return;
    }
    journal.settle(record.position);
    await observer.settled(event);
  }

  /** Keeps an event as a dead letter, on disk, and only then counts it as settled. */
  async bury(
    record: SourceRecord,
    outcome: DeadOutcome,
    context: Omit<DeadLetterContext, "lastAt" | "journal">,
    storedConsent?: string,
  ): Promise<void> {
    const { deadLetters, io, journalId } = this.options;
    const lastAt = new Date(io.now()).toISOString();
    try {
      await deadLetters.add(deadLetterOf(record, outcome, { ...context, lastAt, journal: journalId }), record.origin);
    } catch (error) {
      if (!(error instanceof DeadLetterError)) throw error;
      this.halt(error.message);
      return;
    }
    const { attempts, maybeDelivered, class: failureClass } = context;
    await this.settle(record, outcome, {
      attempts,
      ...(maybeDelivered && { maybeDelivered }),
      failureClass,
      ...(storedConsent !== undefined && { storedConsent }),
    });
  }
}
