import {
  personKey,
  type ApolloConnector,
  type DeliverDecision,
  type FailedOutcome,
  type Outcome,
} from "@datafly/signal-apollo-connector";

import type { Io } from "../io.js";
import type { EventRecord, EventSource, SourceRecord } from "../source/event-source.js";
import { SourceError } from "../source/source-error.js";
import { deadLetterOf } from "./dead-letter.js";
import { DeadLetterError, type DeadLetterFile } from "./dead-letter-file.js";
import { classify, type FailureClass } from "./failure-class.js";
import { Gate } from "./gate.js";
import { Lanes } from "./lanes.js";
import { eventIdOf, unreadable, type SettledEvent, type UnreadableOutcome } from "./settled-event.js";
import { Watermark } from "./watermark.js";

/** How many events are held for each call that may be in the air: enough to find other people's behind one person's. */
const HELD_PER_CALL = 32;
/** How long to wait where Apollo does not say: its shortest window. */
const DEFAULT_RETRY_AFTER_MS = 60_000;

/** What a stream is delivered with. */
export interface StreamOptions {
  readonly events: EventSource;
  readonly connector: ApolloConnector;
  /** Whether the connector deduplicates: whether what may have been delivered may be sent again. */
  readonly deduplicate: boolean;
  /** How many calls are in the air at once, of different people. */
  readonly concurrency: number;
  readonly deadLetters: DeadLetterFile;
  readonly io: Pick<Io, "now" | "sleep">;
  /** Aborted to take up no more events and end what is in the air in peace; the stream itself aborts it when it must stop. */
  readonly stop: AbortController;
  /** Aborted to end what is in the air at once. */
  readonly abort: AbortSignal;
  /** Called for each event that is settled, in the order in which that happens. */
  onSettled(settled: SettledEvent): Promise<void>;
  /** Called when all calls have to wait, with the time when they go on. */
  onWait(untilMs: number): void;
}

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
 * Delivers a stream of events: in order for each person, side by side for different people, holding no more of them than
 * it must.
 */
export async function deliverStream(options: StreamOptions): Promise<StreamEnd> {
  const { events, connector, concurrency, io, stop } = options;
  const lanes = new Lanes(concurrency, concurrency * HELD_PER_CALL);
  const stream: StreamState = {
    ...options,
    gate: new Gate(io),
    watermark: new Watermark(),
    answered: false,
    problem: undefined,
  };

  try {
    for await (const record of events) {
      if (stop.signal.aborted) break;
      stream.watermark.begin(record.position);
      const firstAt = new Date(io.now()).toISOString();
      if (record.kind === "unreadable") {
        await bury(stream, record, unreadable(record.message), "final", firstAt);
        continue;
      }
      const decision = connector.plan(record.event);
      if (decision.action === "deliver") {
        await lanes.enter(personKey(record.event, decision.contact), () => deliver(stream, record, decision, firstAt));
        // The first call goes alone: where the key or the address is wrong, one call finds that out, not many.
        if (!stream.answered) await lanes.drained();
      } else {
        const outcome = await connector.send(decision);
        if (outcome.status === "rejected") await bury(stream, record, outcome, "final", firstAt);
        else await settle(stream, record, outcome);
      }
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    halt(stream, error.message);
  } finally {
    await lanes.drained();
  }
  return {
    problem: stream.problem,
    settledThrough: stream.watermark.position,
    settledBeyond: stream.watermark.settledBeyond(),
  };
}

interface StreamState extends StreamOptions {
  readonly gate: Gate;
  readonly watermark: Watermark;
  /** Whether there has been any answer yet. Until then, a host that cannot be reached is a wrong address. */
  answered: boolean;
  problem: string | undefined;
}

/** Delivers one event. Where the line stops before that, the event stays unsettled, for the next run. */
async function deliver(
  stream: StreamState,
  record: EventRecord,
  decision: DeliverDecision,
  firstAt: string,
): Promise<void> {
  const { connector, gate, stop, abort } = stream;
  for (;;) {
    try {
      await gate.pass(stop.signal);
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    }
    if (stop.signal.aborted) return;

    const outcome = await connector.send(decision, { signal: abort });
    if (outcome.status !== "failed") {
      stream.answered = true;
      return settle(stream, record, outcome);
    }
    stream.answered ||= outcome.error.status !== undefined;
    const failureClass = classOf(stream, outcome);
    switch (failureClass) {
      case "throttle":
        hold(stream, outcome);
        continue;
      case "setup":
        halt(stream, outcome.error.message);
        return;
      case "interrupted":
        return;
      case "transient":
      case "final":
        return bury(stream, record, outcome, failureClass, firstAt);
    }
  }
}

function classOf({ answered, deduplicate }: StreamState, outcome: FailedOutcome): FailureClass {
  const neverReached = !answered && outcome.reason === "connection_failed" && !outcome.error.maybeDelivered;
  return neverReached ? "setup" : classify(outcome, deduplicate);
}

function hold(stream: StreamState, { error }: FailedOutcome): void {
  const opensAt = stream.gate.closeFor(error.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS);
  if (opensAt !== undefined) stream.onWait(opensAt);
}

function halt(stream: StreamState, problem: string): void {
  stream.problem ??= problem;
  stream.stop.abort();
}

/** Keeps an event as a dead letter, and only then counts it as settled. */
async function bury(
  stream: StreamState,
  record: SourceRecord,
  outcome: Parameters<typeof deadLetterOf>[1],
  failureClass: FailureClass,
  firstAt: string,
): Promise<void> {
  const lastAt = new Date(stream.io.now()).toISOString();
  try {
    await stream.deadLetters.add(deadLetterOf(record, outcome, failureClass, { firstAt, lastAt }));
  } catch (error) {
    if (!(error instanceof DeadLetterError)) throw error;
    halt(stream, error.message);
    return;
  }
  await settle(stream, record, outcome);
}

async function settle(stream: StreamState, record: SourceRecord, outcome: Outcome | UnreadableOutcome): Promise<void> {
  stream.watermark.settle(record.position);
  await stream.onSettled({ position: record.position, ...eventIdOf(record), outcome });
}
