import { wordsOfTheShell } from "../connector-settings.js";
import { ExitCode } from "../exit-code.js";
import { Interrupted } from "../interrupted.js";
import type { CommandIo } from "../io.js";
import { FileJournal } from "../journal/file-journal.js";
import type { MemoryJournal } from "../journal/memory-journal.js";
import { RunReport } from "../report/run-report.js";
import { resumeHint, resumePoint } from "../report/resume-hint.js";
import { printable } from "../text/printable.js";
import { shellWord } from "../text/shell-word.js";
import type { EventRecords } from "../stream/event-source.js";
import type { StartingPoint } from "../file/lines.js";
import { StopRequest } from "../stop-request.js";
import { HaltError } from "../halt-error.js";
import type { DeadLetterFile } from "../stream/dead-letter-file.js";
import type { StreamEnd } from "../stream/deliver-stream.js";
import { Disposables } from "./disposables.js";
import { connectorOf } from "./connector.js";
import { openPipeline, type PipelineFlags } from "./pipeline.js";

/** The options of the commands that deliver a file, or what comes through a pipe. */
export interface DeliveryFlags extends PipelineFlags {
  /** Begin anew, whatever the journal says. */
  readonly restart?: boolean | undefined;
}

/** What is delivered, and where it is noted what became of it. */
export interface Delivery {
  readonly events: (start?: StartingPoint) => EventRecords;
  readonly journal: FileJournal | MemoryJournal;
  readonly deadLetters: DeadLetterFile;
  /** Why there is more to be delivered, when all that could be read is; `undefined` if there is not. */
  readonly rest?: () => string | undefined;
  /** How many dead letters runs of the same journal have left where this one would add its own; not there where none is looked for. */
  readonly lettersOfTheJournal?: (() => Promise<number>) | undefined;
  /** With what a later run would go on by itself, such as `With --spool`; not there where it does. */
  readonly resumesIf?: string | undefined;
  /**
   * Called when all is delivered and written: what is still to be done then, and what to say of the dead letters. Otherwise it is
   * said how many were added.
   *
   * @throws HaltError if it cannot be done
   */
  readonly finish?: () => Promise<string>;
}

/** What opening a delivery may use. */
export interface Opening {
  /** Aborted when no more events are to be taken up. */
  readonly stop: AbortSignal;
  /** What has been opened is closed at the end by what is added here. */
  readonly disposables: Disposables;
  /** Whether a second call for the same event is harmless. */
  readonly deduplicate: boolean;
  /** Stops the line: something that was opened fails later. */
  readonly onProblem: (problem: string) => void;
  /** Says something that stays. */
  readonly say: (message: string) => Promise<void>;
}

/**
 * Runs a delivery from its opening to its end.
 *
 * @param open opens what is to be delivered
 */
export async function runDelivery(
  flags: DeliveryFlags,
  io: CommandIo,
  open: (opening: Opening) => Promise<Delivery>,
): Promise<ExitCode> {
  const { connector, link } = await connectorOf(flags, io);
  const report = await RunReport.open(io, connector.vendor, { ...flags, link });
  let delivers = false;
  const request = new StopRequest(io, flags.drainTimeout * 1000, () => {
    void report.say(
      `Stopping${delivers ? ": finishing calls in flight" : ""}. Press Ctrl-C again to stop immediately.`,
    );
  });
  request.abort.signal.addEventListener("abort", () => {
    report.letGo();
  });
  const disposables = new Disposables(() => {
    request.release();
    return Promise.resolve();
  });
  try {
    const halt: { problem?: string | undefined } = {};
    const onProblem = (problem: string) => {
      halt.problem ??= problem;
      request.stop.abort();
    };
    const say = (message: string) => report.say(message);
    const delivery = await open({
      stop: request.stop.signal,
      disposables,
      deduplicate: connector.idempotent,
      onProblem,
      say,
    });
    const { events, journal, deadLetters } = delivery;
    const pipeline = await openPipeline(connector, flags, io, { report, disposables });
    const { start, id: journalId, settledBefore = 0 } = journal instanceof FileJournal ? journal : {};
    const where = resumePoint(start?.position ?? 0, settledBefore);
    if (where !== undefined) await report.say(where);
    const { stop, abort } = request;
    delivers = true;
    const streamed = await pipeline.deliver(
      { events: events(start), journal, journalId, stop, abort: abort.signal },
      deadLetters,
    );
    // Before the end is told: what it cannot write has to be told, too.
    await journal.close();
    if (streamed.problem !== undefined) halt.problem = streamed.problem;
    else halt.problem ??= delivery.rest?.();
    const whole = halt.problem === undefined && request.exitCode === undefined;
    const finished = whole ? await delivery.finish?.().catch(problemOf(onProblem)) : undefined;
    const end = { ...streamed, problem: halt.problem };
    if (end.problem === undefined) pipeline.health.finished();
    // The run that comes to the end tells of all letters of this input, also of those that killed or stopped runs have left.
    const finishes = whole && deadLetters.count === 0 && streamed.settledThrough > (start?.position ?? 0);
    const lettersBefore = finishes ? ((await delivery.lettersOfTheJournal?.()) ?? 0) : 0;
    const unmapped = whole ? report.unmapped.line(connector) : undefined;
    await conclude(report, request, end, delivery, { finished, lettersBefore, unmapped }, connector.idempotent, io);
    if (end.problem !== undefined) return ExitCode.stopped;
    return request.exitCode ?? (deadLetters.count + lettersBefore > 0 ? ExitCode.deadLetters : ExitCode.done);
  } catch (error) {
    if (!(error instanceof Interrupted) || request.exitCode === undefined) throw error;
    await report.say(error.message);
    return request.exitCode;
  } finally {
    await disposables.close();
  }
}

/** Says at the end what became of everything, and how to go on if that is not the end. */
async function conclude(
  report: RunReport,
  request: StopRequest,
  end: StreamEnd,
  { journal, deadLetters, finish, resumesIf }: Delivery,
  {
    finished,
    lettersBefore,
    unmapped,
  }: {
    readonly finished: string | undefined;
    readonly lettersBefore: number;
    readonly unmapped: string | undefined;
  },
  deduplicate: boolean,
  io: CommandIo,
): Promise<void> {
  const whole = end.problem === undefined && request.exitCode === undefined;
  const nothingToDo = whole && resumesIf === undefined && finish === undefined && report.tally.total === 0;
  if (nothingToDo) {
    // An export that failed looks like a run that is over, if it is not said.
    const isEmpty = end.settledThrough === 0;
    await report.say(isEmpty ? "The file holds no events." : "Nothing is left to do. --restart begins anew.");
  } else if (end.problem === undefined || report.tally.total > 0) {
    // A line of zeros would only delay the reason of a run that could not begin.
    await report.say(`${report.tally.toString()}.`);
  }
  if (finished !== undefined) await report.say(finished);
  else if (finish === undefined && deadLetters.count > 0) {
    await report.say(`Dead letters: ${deadLetters.count} added to ${printable(deadLetters.path)}`);
  } else if (lettersBefore > 0) {
    await report.say(`Dead letters: ${lettersBefore} of earlier runs of this file in ${printable(deadLetters.path)}`);
  }
  if (unmapped !== undefined) await report.say(unmapped);
  const whatToDo = report.hint.line(whole);
  if (whatToDo !== undefined) await report.say(whatToDo);
  const toSendAgain = `To send them again: ${io.program.name} dead-letters replay ${printable(shellWord(deadLetters.path))}`;
  // A device has nothing to be sent again.
  if (finish === undefined && (await deadLetters.holdsAny())) {
    if (nothingToDo && lettersBefore === 0)
      await report.say(`Dead letters are kept in ${printable(deadLetters.path)}. ${toSendAgain}`);
    else if (deadLetters.count + lettersBefore > 0) await report.say(toSendAgain);
  }
  if (end.problem !== undefined) await report.say(`Stopped. ${printable(wordsOfTheShell(end.problem, io))}`, "error");
  // What has become another file cannot be gone on with, as its problem says.
  const inputChanged = journal instanceof FileJournal && journal.inputChanged;
  if (!whole && !inputChanged) await report.say(resumeHint({ ...end, deduplicate, resumesIf }));
}

/** Takes what a file of dead letters cannot do for a problem that stops the line. */
function problemOf(onProblem: (problem: string) => void): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof HaltError)) throw error;
    onProblem(error.message);
  };
}
