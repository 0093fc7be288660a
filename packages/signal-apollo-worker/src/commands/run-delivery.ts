import { backoffMs } from "@datafly/apollo-client";
import {
  createApolloConnector,
  defaultBlueprint,
  SettingsError,
  type ApolloConnector,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";

import { openConsentStore } from "../consent/open-consent-store.js";
import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { FileJournal } from "../journal/file-journal.js";
import type { MemoryJournal } from "../journal/memory-journal.js";
import { Health } from "../observe/health.js";
import { startHealthServer } from "../observe/health-server.js";
import { Metrics } from "../observe/metrics.js";
import { Pacer } from "../pace/pacer.js";
import { readPlanSettings, type PlanFlags } from "../plan-settings.js";
import { DeliverReport } from "../report/deliver-observer.js";
import { howToGoOn } from "../report/how-to-go-on.js";
import { printable } from "../report/printable.js";
import type { EventSource } from "../source/event-source.js";
import type { StartingPoint } from "../source/lines.js";
import { StopRequest } from "../stop-request.js";
import { Audit } from "../stream/audit.js";
import { DeadLetterError, type DeadLetterFile } from "../stream/dead-letter-file.js";
import { deliverStream, type StreamEnd } from "../stream/deliver-stream.js";
import { Lanes } from "../stream/lanes.js";
import type { SettledEvent } from "../stream/settled-event.js";
import type { StreamObserver } from "../stream/stream-options.js";
import { UsageError } from "../usage-error.js";
import { Closers } from "./closers.js";

/** The options of all commands that deliver. */
export interface DeliveryFlags extends PlanFlags {
  readonly baseUrl?: string | undefined;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly backoff: number;
  readonly drainTimeout: number;
  readonly audit?: string | undefined;
  readonly consentStore?: string | undefined;
  readonly consentKey?: string | undefined;
  readonly consentPath?: string | undefined;
  readonly metricsPort?: number | undefined;
  /** Begin anew, whatever the journal says. */
  readonly restart?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly logJson?: boolean | undefined;
}

/** What is delivered, and where it is noted what became of it. */
export interface Delivery {
  readonly events: (start?: StartingPoint) => EventSource;
  readonly journal: FileJournal | MemoryJournal;
  readonly deadLetters: DeadLetterFile;
  /**
   * Called when all is delivered and written: what is still to be done then, and what to say of the dead letters. Otherwise it is
   * said how many were added.
   *
   * @throws DeadLetterError if it cannot be done
   */
  readonly finish?: () => Promise<string>;
}

/** What opening a delivery may use. */
export interface Opening {
  /** Aborted when no more events are to be taken up. */
  readonly stop: AbortSignal;
  /** What has been opened is closed at the end by what is added here. */
  readonly closers: Closers;
  /** Stops the line: something that was opened fails later. */
  readonly onProblem: (problem: string) => void;
  /** Says something that stays. */
  readonly say: (message: string) => Promise<void>;
}

/** How many events are held for each call that may be in the air: enough to find other people's behind one person's. */
const HELD_PER_CALL = 32;

/**
 * Runs a delivery from its opening to its end.
 *
 * @param open opens what is to be delivered
 */
export async function runDelivery(
  flags: DeliveryFlags,
  io: Io,
  open: (opening: Opening) => Promise<Delivery>,
): Promise<ExitCode> {
  const report = new DeliverReport(io, flags);
  const settings = await readPlanSettings(flags);
  const connector = connect(settings, flags, io);
  const request = new StopRequest(io, flags.drainTimeout * 1000, () => {
    void report.say("Stopping: finishing what is in the air. Once more to stop at once.");
  });
  const closers = new Closers(() => {
    request.release();
    return Promise.resolve();
  });
  try {
    const halt: { problem?: string } = {};
    const onProblem = (problem: string) => {
      halt.problem ??= problem;
      request.stop.abort();
    };
    const say = (message: string) => report.say(message);
    const delivery = await open({ stop: request.stop.signal, closers, onProblem, say });
    const { events, journal, deadLetters } = delivery;
    const { observer, pacer, lanes, health, purpose, checkConsent, record } = await assemble(
      report,
      closers,
      settings,
      flags,
      io,
    );
    const resumes = journal instanceof FileJournal;
    const start = resumes ? journal.start : undefined;
    if (start !== undefined && start.position > 0) {
      await report.say(`Going on after line ${start.position}, where the last run ended.`);
    }
    const streamed = await deliverStream(
      {
        events: events(start),
        connector,
        deduplicate: flags.dedupe,
        maxAttempts: flags.maxAttempts,
        backoffMs: (attempts) => backoffMs(attempts, Math.random, { baseMs: flags.backoff }),
        pacer,
        journal,
        journalId: resumes ? journal.id : undefined,
        deadLetters,
        purpose,
        checkConsent,
        record,
        io,
        stop: request.stop,
        abort: request.abort.signal,
        observer,
      },
      lanes,
    );
    // Before the end is told: what it cannot write has to be told, too.
    await journal.close();
    if (streamed.problem !== undefined) halt.problem = streamed.problem;
    const whole = halt.problem === undefined && request.exitCode === undefined;
    const finished = whole ? await delivery.finish?.().catch(problemOf(onProblem)) : undefined;
    const end = { ...streamed, problem: halt.problem };
    if (end.problem === undefined) health.finished();
    await conclude(report, request, end, delivery, finished, flags, resumes);
    if (end.problem !== undefined) return ExitCode.stopped;
    return request.exitCode ?? (deadLetters.count > 0 ? ExitCode.deadLetters : ExitCode.done);
  } finally {
    await closers.close();
  }
}

/** Says at the end what became of everything, and how to go on if that is not the end. */
async function conclude(
  report: DeliverReport,
  request: StopRequest,
  end: StreamEnd,
  { deadLetters, finish }: Delivery,
  finished: string | undefined,
  flags: DeliveryFlags,
  resumes: boolean,
): Promise<void> {
  const nothingToDo =
    resumes &&
    finish === undefined &&
    report.tally.total === 0 &&
    end.problem === undefined &&
    request.exitCode === undefined;
  if (!nothingToDo) await report.say(`${report.tally.toString()}.`);
  // An export that failed looks like a run that is over, if it is not said.
  else if (end.settledThrough === 0) await report.say("The file holds no events.");
  else await report.say("Nothing is left to do. --restart begins anew.");
  if (finished !== undefined) await report.say(finished);
  else if (finish === undefined && deadLetters.count > 0) {
    await report.say(`Dead letters: ${deadLetters.count} added to ${deadLetters.path}`);
  }
  const whatToDo = report.hint.line();
  if (whatToDo !== undefined) await report.say(whatToDo);
  if (end.problem !== undefined) await report.say(`Stopped. ${printable(wordsOfTheShell(end.problem))}`);
  if (end.problem === undefined && request.exitCode === undefined) return;
  await report.say(howToGoOn({ ...end, deduplicate: flags.dedupe, resumes }));
}

/** Takes what a file of dead letters cannot do for a problem that stops the line. */
function problemOf(onProblem: (problem: string) => void): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof DeadLetterError)) throw error;
    onProblem(error.message);
  };
}

/** Puts together what looks after the stream: pace, consent, metrics, audit, reports. */
async function assemble(report: DeliverReport, closers: Closers, settings: PlanSettings, flags: DeliveryFlags, io: Io) {
  const lanes = new Lanes(flags.concurrency * HELD_PER_CALL);
  const health = new Health({ now: () => io.now(), held: () => lanes.held });
  const pacer = new Pacer(io, flags.concurrency, (wait) => {
    health.waiting(wait.until);
    report.waiting(wait);
  });
  const metrics = new Metrics({
    gateOpen: () => pacer.gate === undefined,
    laneDepth: () => lanes.held,
    inFlight: () => pacer.inFlight,
  });
  if (flags.metricsPort !== undefined) {
    const server = await startHealthServer({ port: flags.metricsPort, metrics, health });
    closers.add(() => server.close());
    await report.say(`Metrics and health at ${server.url}/metrics, /healthz and /readyz.`);
  }
  const audit = flags.audit === undefined ? undefined : await Audit.open(flags.audit);
  if (audit) closers.add(() => audit.close());
  const { consentStore } = flags;
  const store = consentStore === undefined ? undefined : await openConsentStore({ ...flags, consentStore }, io);
  if (store) closers.add(() => store.close());
  const purpose = (settings.blueprint ?? defaultBlueprint).consent;

  const observer: StreamObserver = {
    settled: async (event) => {
      health.progress();
      metrics.settled(event);
      await report.settled(event);
    },
    called: (result, durationMs, rateLimit) => {
      metrics.called(result, durationMs);
      if (rateLimit !== undefined) metrics.quota(rateLimit);
    },
    retried: (reason) => {
      metrics.retried(reason);
    },
    consentUnavailable: (problem) => {
      report.consentUnavailable(problem);
    },
    stopped: (problem) => {
      health.stopped(problem);
      metrics.stopped();
    },
  };
  const checkConsent = store && ((event: unknown) => store.check(event, purpose));
  const record = audit && ((event: SettledEvent) => audit.record(event, io.now()));
  return { observer, pacer, lanes, health, purpose, checkConsent, record };
}

function connect(settings: PlanSettings, flags: DeliveryFlags, io: Io): ApolloConnector {
  const apiKey = io.env.APOLLO_API_KEY;
  if (apiKey === undefined || apiKey === "") {
    throw new UsageError(
      "There is no API key. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled. To try without an Apollo account, start apollo-sandbox and use what it prints.",
    );
  }
  const baseUrl = flags.baseUrl ?? (io.env.APOLLO_BASE_URL === "" ? undefined : io.env.APOLLO_BASE_URL);
  try {
    // The stream sends again by itself, so that consent is asked anew and the quota is kept each time.
    return createApolloConnector({
      ...settings,
      apiKey,
      client: { ...(baseUrl !== undefined && { baseUrl }), maxRetries: 0, runtime: { now: () => io.now() } },
    });
  } catch (error) {
    if (error instanceof SettingsError || error instanceof TypeError)
      throw new UsageError(wordsOfTheShell(error.message));
    throw error;
  }
}

/** The settings by the names that they have on the command line. */
function wordsOfTheShell(message: string): string {
  return message.replace(/\bapiKey\b/g, "APOLLO_API_KEY").replace(/\bbaseUrl\b/g, "--base-url (or APOLLO_BASE_URL)");
}
