import type { SourceRecord } from "./event-source.js";
import { SourceError } from "../file/source-error.js";
import { deliverEvent } from "./deliver-event.js";
import { Lanes } from "./lanes.js";
import { DeliveryRun } from "./delivery-run.js";
import { endedRuns, maybeDelivered, placeOf, unreadable } from "./delivery-result.js";
import type { StreamOptions } from "./stream-options.js";

/** How a stream ended. */
export interface StreamEnd {
  /** What has to be put right before the rest can be delivered; `undefined` if nothing has. */
  readonly problem: string | undefined;
  /** The last position that, like all before it, is settled. */
  readonly settledThrough: number;
  /** Positions beyond that which are settled all the same. */
  readonly settledBeyond: readonly number[];
}

/**
 * Delivers a stream of events: in order for each person, side by side for different people, holding no more of them than it
 * must. A person whose event waits to be sent again holds nobody else up.
 *
 * @param lanes where the events wait; it is empty at the end
 */
export async function deliverStream(options: StreamOptions, lanes: Lanes): Promise<StreamEnd> {
  const { events, journal } = options;
  const run = new DeliveryRun(options);
  let endOffset: number | undefined;
  try {
    for await (const record of events) {
      if (run.stopped) break;
      run.readsOn();
      journal.begin(record.position, record.endOffset, record.checksum);
      // An earlier run has settled it, and somebody has been told.
      if (journal.isSettled(record.position)) journal.settle(record.position);
      else await takeUp(run, lanes, record, bytesOf(record, endOffset));
      endOffset = record.endOffset;
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    run.halt(error.message);
  } finally {
    run.endSearch();
    await lanes.drained();
  }
  const { settledThrough } = journal;
  return { problem: run.problem, settledThrough, settledBeyond: journal.settledBeyond() };
}

/** How long a record is, in bytes: its message's value, or all from the end of the record before. */
function bytesOf({ origin, endOffset }: SourceRecord, before = endOffset): number {
  return origin === undefined ? endOffset - before : (origin.value?.length ?? 0);
}

async function takeUp(run: DeliveryRun, lanes: Lanes, record: SourceRecord, bytes: number): Promise<void> {
  const { connector, journal, io, watchdog, onPerson } = run.options;
  const firstAt = new Date(io.now()).toISOString();
  const resume = journal.resumeOf(record.position) ?? (record.kind === "event" ? record.resume : undefined);
  const isWritten = resume !== undefined;
  const unsent = { class: "final", attempts: 0, maybeDelivered: isWritten, resume, firstAt } as const;
  if (record.kind === "unreadable") return run.deadLetter(record, unreadable(record.message), unsent);
  if (!isWritten && journal.wasInFlight(record.position)) {
    return run.deadLetter(record, maybeDelivered(connector.vendor), { ...unsent, attempts: 1, maybeDelivered: true });
  }

  if (journal.hasEndedRuns(record.position)) return run.deadLetter(record, endedRuns(), unsent);

  await journal.planning(record.position);
  if (run.stopped) {
    // Perhaps it could not be noted. The event is left to the next run, and others wait for their turn.
    journal.planned();
    return;
  }
  watchdog.planning(placeOf(record));
  const decision = connector.plan(record.event);
  watchdog.planned();
  journal.planned();
  if (decision.action === "deliver") {
    const { person } = decision;
    onPerson?.(person, record);
    // Those that wait for others to be answered make no room for others.
    if (!lanes.hasRoom(bytes)) run.endSearch();
    await lanes.enter(person, () => run.work(() => deliverEvent(run, { record, decision, firstAt, resume })), bytes);
    // The first call goes alone: if the key or the address is wrong, one call finds that out, and nothing else is read.
    if (!run.vendorContact.answered) await run.quiet();
    return;
  }
  const { action, reason } = decision;
  if (action === "drop") {
    return run.settle(
      record,
      { status: "dropped", reason },
      { attempts: 0, ...(isWritten && { maybeDelivered: true }) },
    );
  }
  const issues = decision.issues.map((issue) => ({ ...issue }));
  return run.deadLetter(record, { status: "rejected", reason, issues }, unsent);
}
