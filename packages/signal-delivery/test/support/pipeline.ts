import { PassThrough } from "node:stream";

import type { Connector } from "@datafly/signal-connector-kit";
import { onTestFinished } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { Disposables } from "../../src/commands/disposables.js";
import { openPipeline, type Pipeline, type PipelineFlags } from "../../src/commands/pipeline.js";
import type { Io } from "../../src/io.js";
import type { Journal } from "../../src/journal/journal.js";
import { MemoryJournal } from "../../src/journal/memory-journal.js";
import { UNWATCHED } from "../../src/watchdog.js";
import { RunReport } from "../../src/report/run-report.js";
import type { SourceRecord } from "../../src/stream/event-source.js";
import type { DeadLetter } from "../../src/stream/dead-letter.js";
import type { StreamEnd } from "../../src/stream/deliver-stream.js";
import { apolloConnectorOf, inSignalApollo } from "./apollo.js";

/** A pipeline of a test's own, and what it says and keeps. */
export interface PipelineForTest extends Pipeline {
  readonly letters: DeadLetter[];
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Delivers events as a source of their own. */
  deliverEvents(
    events: readonly unknown[],
    options?: { readonly journal?: Journal; readonly journalId?: string; readonly stop?: AbortController },
  ): Promise<StreamEnd>;
}

/** Opens what looks after the events, without a source; closed at the end of the test. */
export async function pipelineForTest(
  env: Io["env"],
  {
    now = () => Date.UTC(2026, 1, 25, 14, 30),
    sleep = () => Promise.resolve(),
    probeMs,
    connector,
    ...flags
  }: Partial<PipelineFlags> &
    Partial<Pick<Io, "now" | "sleep">> & {
      readonly dedupe?: boolean;
      readonly probeMs?: number;
      readonly connector?: Connector;
    } = {},
): Promise<PipelineForTest> {
  const [stdout, stderr] = [outputForTest(), outputForTest()];
  const io = inSignalApollo({
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    now,
    sleep,
    onStopSignal: () => () => undefined,
    startWatchdog: () => UNWATCHED,
    endAfter: () => undefined,
  });
  const allFlags = { concurrency: 4, maxAttempts: 3, backoff: 0, drainTimeout: 1, ...flags };
  const disposables = new Disposables();
  onTestFinished(() => disposables.close());
  const report = new RunReport(io, connector?.vendor ?? APOLLO, { json: true });
  const pipeline = await openPipeline(connector ?? (await apolloConnectorOf(allFlags, io)), allFlags, io, {
    report,
    disposables,
    probeMs,
  });
  const letters: DeadLetter[] = [];
  return {
    ...pipeline,
    letters,
    stdout: stdout.soFar,
    stderr: stderr.soFar,
    deliverEvents: (events, { journal = new MemoryJournal(), journalId, stop = new AbortController() } = {}) =>
      pipeline.deliver(
        { events: recordsOf(events), journal, journalId, stop, abort: new AbortController().signal },
        { add: (letter) => Promise.resolve(void letters.push(letter)) },
      ),
  };
}

async function* recordsOf(events: readonly unknown[]): AsyncGenerator<SourceRecord> {
  for (const [index, event] of events.entries()) {
    yield await Promise.resolve({ kind: "event", position: index + 1, endOffset: (index + 1) * 100, event } as const);
  }
}

function outputForTest() {
  const stream = new PassThrough();
  let soFar = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => (soFar += chunk));
  return { stream, soFar: () => soFar };
}
