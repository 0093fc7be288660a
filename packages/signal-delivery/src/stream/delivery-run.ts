import { consentEvidence } from "@datafly/signal-connector-kit";

import type { SourceRecord } from "./event-source.js";
import { HaltError } from "../halt-error.js";
import { deadLetterOf, type DeadLetterContext, type DeadOutcome } from "./dead-letter.js";
import { LateWrites } from "./late-writes.js";
import { Outage } from "./outage.js";
import { VendorContact } from "./vendor-contact.js";
import { eventIdOf, placeOf, type DeliveryResult, type StreamOutcome } from "./delivery-result.js";
import type { StreamOptions } from "./stream-options.js";
import { loggableName } from "./loggable-name.js";

/** What is known of a settled event beside its record and outcome. */
type SettledFacts = Pick<DeliveryResult, "attempts" | "maybeDelivered" | "failureClass" | "storedConsent">;

/** How many more records are read to find an event of another person, where the first one's found no answer. */
const MAX_RECORDS_SEARCHED = 20;

/** A stream under way: it settles events, and stops when it must. */
export class DeliveryRun {
  readonly options: StreamOptions;
  readonly vendorContact: VendorContact;
  readonly lateWrites: LateWrites;
  readonly outage: Outage;
  #problem: string | undefined;
  /** How many events are being delivered, and do not wait for others to be answered. */
  #working = 0;
  #waiting = 0;
  #recordsSearched = 0;
  #hasSearched = false;

  constructor(options: StreamOptions) {
    this.options = options;
    this.vendorContact = options.vendorContact ?? new VendorContact();
    this.lateWrites = options.lateWrites ?? new LateWrites(options.io);
    this.outage = options.outage ?? new Outage(() => options.io.now());
    const { vendorContact } = this;
    options.stop.signal.addEventListener(
      "abort",
      () => {
        vendorContact.change();
      },
      { once: true },
    );
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

  /** Ends the stream and leaves the rest to be read once more, by a worker that goes on by itself and has said why. */
  letGo(problem: string): void {
    this.#problem ??= problem;
    this.options.stop.abort();
  }

  /** Delivers an event. */
  async work(deliver: () => Promise<void>): Promise<void> {
    this.#working += 1;
    try {
      await deliver();
    } finally {
      this.#working -= 1;
      this.vendorContact.change();
    }
  }

  /**
   * Resolves when no event is being delivered but those that wait for others to be answered, or when the first call has failed: then
   * other people's events show whose fault that is.
   */
  async quiet(): Promise<void> {
    while (this.#working > 0 && !this.outage.isFailing) await this.vendorContact.changed;
  }

  /**
   * A person's event found no answer: it waits until events of other people tell whose fault that is.
   *
   * @returns whether any call is answered by now; if not, the address is at fault, or the run has stopped
   */
  async isAnswered(person: string): Promise<boolean> {
    const { vendorContact } = this;
    this.#working -= 1;
    this.#waiting += 1;
    vendorContact.failedFor(person);
    while (!vendorContact.answered && !vendorContact.hasTriedEnough && !this.#hasSearched && !this.stopped)
      await vendorContact.changed;
    this.#waiting -= 1;
    this.#working += 1;
    return vendorContact.answered;
  }

  /** One more record is about to be read. */
  readsOn(): void {
    if (this.#waiting === 0) return;
    this.#recordsSearched += 1;
    if (this.#recordsSearched > MAX_RECORDS_SEARCHED) this.endSearch();
  }

  /** There is no event of another person to be tried. */
  endSearch(): void {
    this.#hasSearched = true;
    this.vendorContact.change();
  }

  /** The way of an event has ended. It counts as settled when that is recorded, where there is a record. */
  async settle(record: SourceRecord, outcome: StreamOutcome, facts: SettledFacts): Promise<void> {
    const { journal, observer, connector } = this.options;
    const consent = record.kind === "event" && { consent: consentEvidence(record.event, connector.purpose) };
    const { messageId, event: name } = eventIdOf(record);
    const id = { messageId: loggableName(messageId), event: loggableName(name) };
    const event: DeliveryResult = { ...placeOf(record), ...id, outcome, ...consent, ...facts };
    try {
      await this.options.record?.(event);
    } catch (error) {
      if (!(error instanceof HaltError)) throw error;
      this.halt(error.message);
      return;
    }
    journal.settle(record.position);
    await observer.settled(event);
  }

  /** Keeps an event as a dead letter, on disk, and only then counts it as settled. */
  async deadLetter(
    record: SourceRecord,
    outcome: DeadOutcome,
    context: Omit<DeadLetterContext, "lastAt" | "journal">,
    storedConsent?: string,
  ): Promise<void> {
    const { connector, deadLetters, io, journal, journalId } = this.options;
    try {
      await journal.beforeDeadLetter(record.position);
    } catch (error) {
      if (!this.stopped) throw error;
      return;
    }
    const lastAt = new Date(io.now()).toISOString();
    const letter = deadLetterOf(record, outcome, { ...context, lastAt, journal: journalId }, connector.vendor);
    try {
      await deadLetters.add(letter, record.origin);
    } catch (error) {
      if (!(error instanceof HaltError)) throw error;
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
