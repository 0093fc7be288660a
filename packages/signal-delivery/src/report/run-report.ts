import type { Vendor } from "@datafly/signal-connector-kit";

import type { ProgramIo } from "../io.js";
import type { LogFields } from "../observe/log-fields.js";
import type { Logger, LogLevel } from "../observe/logger.js";
import type { Wait } from "../pace/pacer.js";
import type { DeliveryResult } from "../stream/delivery-result.js";
import type { Away } from "../stream/stream-options.js";
import { commandText } from "../text/command-text.js";
import { colorsFor, type Colors } from "./color.js";
import { resultJson, resultLine, type RecordLink } from "./result-line.js";
import { ExplainHint } from "./explain-hint.js";
import { Output } from "./output.js";
import { printable, printableLines } from "../text/printable.js";
import { Progress } from "./progress.js";
import { reasonOf } from "./quota-text.js";
import { terminalColumns } from "./terminal-columns.js";
import { Tally } from "./tally.js";
import { UnmappedEvents } from "./unmapped-events.js";

const DAY_MS = 86_400_000;

/** How a delivery is reported. */
interface ReportOptions {
  readonly json?: boolean | undefined;
  readonly logger?: Logger | undefined;
  /** Where a record can be seen. */
  readonly link?: RecordLink | undefined;
}

/** What a person, or a script, sees of a delivery: events on standard output, everything else on standard error. */
export class RunReport {
  readonly tally = new Tally();
  readonly hint: ExplainHint;
  readonly unmapped = new UnmappedEvents();
  readonly #io: ProgramIo;
  readonly #vendor: Vendor;
  readonly #json: boolean;
  readonly #logger: Logger | undefined;
  readonly #colors: Colors;
  readonly #output: Output;
  readonly #link: RecordLink | undefined;
  readonly #progress: Progress;
  #consentProblem: string | undefined;
  #problem: string | undefined;
  #awaySince: number | undefined;
  #awayStatus: string | undefined;

  /** Opens a report as the flags of a command ask for it. The log in JSON is loaded only if it is asked for. */
  static async open(
    io: ProgramIo,
    vendor: Vendor,
    { logJson, ...options }: Omit<ReportOptions, "logger"> & { readonly logJson?: boolean | undefined },
  ): Promise<RunReport> {
    if (logJson !== true) return new RunReport(io, vendor, options);
    const { createLogger } = await import("../observe/logger.js");
    return new RunReport(io, vendor, { ...options, logger: createLogger(io, { terminal: true }) });
  }

  /**
   * @param options `json` for JSON on standard output, `logger` for a log in place of sentences on standard error,
   * `link` for the page of a record
   */
  constructor(io: ProgramIo, vendor: Vendor, options: ReportOptions) {
    this.#io = io;
    this.#vendor = vendor;
    this.#link = options.link;
    this.hint = new ExplainHint(vendor, io.program);
    this.#json = options.json === true;
    this.#logger = options.logger;
    this.#colors = colorsFor(io.stdout, io.env);
    this.#progress = new Progress(new Output(io.stderr), io);
    this.#output = new Output(io.stdout, () => {
      void this.say("Nobody reads standard output any more. Going on without it; Ctrl-C stops.");
    });
  }

  async settled(event: DeliveryResult): Promise<void> {
    this.tally.add(event);
    const { outcome } = event;
    if (outcome.status === "delivered") this.hint.addWarnings(outcome.warnings);
    else this.hint.addReason(outcome.reason);
    this.unmapped.add(event.event, outcome.status === "delivered" ? undefined : outcome.reason);
    if (this.#output.isTTY) await this.#progress.clear();
    await this.#output.line(
      this.#json
        ? resultJson(event, this.#vendor)
        : resultLine(event, this.#vendor, this.#colors, terminalColumns(this.#io.stdout), this.#link),
    );
    if (this.#logger) this.#logger[levelOf(event)](logFieldsOf(event), "settled");
    else await this.#progress.update(this.tally);
  }

  /** All calls wait: for the quota, or until something is put right. */
  waiting(wait: Wait): void {
    const { window, until } = wait;
    const when = timeText(until, this.#io.now());
    if (window === "outage" && this.#awayStatus !== undefined && !this.#logger && this.#progress.isTerminal) {
      void this.#progress.status(`${this.#awayStatus} Next try at ${when}.`);
      return;
    }
    void this.say(
      [
        reasonOf(wait, this.#vendor),
        wait.allowsNone || window === "setup" || window === "outage" ? `Next try at ${when}.` : `Next call at ${when}.`,
      ]
        .filter((words) => words !== undefined)
        .join(" "),
      "info",
      { window, until },
    );
  }

  /** Nothing is sent until something is put right. Said once for each problem. */
  stopped(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    void this.say(`Nothing is sent: ${printable(problem)}`, "error");
  }

  /** It is put right. */
  resumed(): void {
    this.#problem = undefined;
    void this.say("That is put right. Going on.");
  }

  /** The vendor is away. Said once for each outage; a terminal shows it in its status line from then on. */
  away(away: Away): void {
    const { since, until, how } = away;
    if (since !== this.#awaySince) {
      this.#awaySince = since;
      const end = Number.isFinite(until) ? `until ${timeText(until, since)} (--outage-timeout)` : "until it is back";
      void this.say(
        `${this.#vendor.name} is away: ${how}. No lead is at fault, and no attempt counts. One call at a time looks whether it is back, ${end}.`,
        "error",
      );
    }
    const next = Number.isFinite(until) ? `; delivery stops at ${timeText(until, since)}` : "";
    this.#awayStatus = `${this.#vendor.name} is away since ${timeText(since, since)}${next}.`;
  }

  /** The vendor is back. */
  recovered(): void {
    this.#awaySince = undefined;
    this.#awayStatus = undefined;
    void this.say(`${this.#vendor.name} has recovered. Resuming.`);
  }

  /** The vendor refuses calls for the quota without end. Its own words are shown to a person only. */
  refused(problem: string, vendorMessage: string | undefined): void {
    const words = vendorMessage === undefined || this.#logger ? "" : ` It says: ${printable(vendorMessage)}`;
    void this.say(`${problem}${words}`, "error");
  }

  /** The consent store cannot be asked, or can again. Said once for each. */
  consentUnavailable(problem: string | undefined): void {
    if (problem === this.#consentProblem) return;
    this.#consentProblem = problem;
    if (problem === undefined) void this.say("The consent store answers again. Going on.");
    else void this.say(`Nothing is sent: ${printable(problem)}. Events wait until the consent store answers.`, "error");
  }

  /** Waits for its readers no longer: the run has to end. */
  letGo(): void {
    this.#output.letGo();
    this.#progress.letGo();
  }

  /** Says something that stays. Level and fields are for a log in JSON. */
  async say(message: string, level: LogLevel = "info", fields: LogFields = {}): Promise<void> {
    if (this.#logger) this.#logger[level](fields, message);
    else await this.#progress.say(printableLines(commandText(message, this.#io)));
  }
}

/** A time of day, with the date if it is a day away or more. */
function timeText(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = at.toLocaleTimeString("en-GB");
  return ms - nowMs < DAY_MS ? time : `${at.toLocaleDateString("en-CA")} ${time}`;
}

/** A dead letter is worth a second look. */
function levelOf({ failureClass }: DeliveryResult): LogLevel {
  return failureClass === undefined ? "info" : "warn";
}

function logFieldsOf({
  partition,
  position,
  messageId,
  event,
  outcome,
  attempts,
  failureClass,
}: DeliveryResult): LogFields {
  return {
    ...(partition !== undefined && { partition }),
    position,
    messageId,
    event,
    status: outcome.status,
    ...(outcome.status !== "delivered" && { reason: outcome.reason }),
    ...(failureClass !== undefined && { class: failureClass }),
    ...(outcome.status === "failed" && { httpStatus: outcome.httpStatus }),
    attempts,
  };
}
