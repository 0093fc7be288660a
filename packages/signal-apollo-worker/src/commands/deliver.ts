import { stat } from "node:fs/promises";

import { createApolloConnector, SettingsError, type ApolloConnector } from "@datafly/signal-apollo-connector";

import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { readPlanSettings, type PlanFlags } from "../plan-settings.js";
import { colorsFor } from "../report/color.js";
import { deliverJson, deliverLine } from "../report/deliver-report.js";
import { Output } from "../report/output.js";
import { printable } from "../report/printable.js";
import { Progress } from "../report/progress.js";
import { Tally } from "../report/tally.js";
import { openSource, type OpenSource } from "../source/open-source.js";
import { StopRequest } from "../stop-request.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import { deliverStream, type StreamEnd } from "../stream/deliver-stream.js";
import { UsageError } from "../usage-error.js";

/** The options of `signal-apollo deliver`. */
export interface DeliverFlags extends PlanFlags {
  readonly baseUrl?: string | undefined;
  readonly concurrency: number;
  readonly deadLetters?: string | undefined;
  readonly json?: boolean | undefined;
}

/** A lone delivery can give up early and be tried again by hand; a stream should see a short outage through. */
const MAX_RETRIES = 4;

/** Delivers the events of a file or of standard input. */
export async function deliver(file: string | undefined, flags: DeliverFlags, io: Io): Promise<ExitCode> {
  const progress = new Progress(new Output(io.stderr), io);
  const output = new Output(io.stdout, () => {
    void progress.say("Nobody reads standard output any more. Going on without it.");
  });
  const connector = await connect(flags, io);
  const request = new StopRequest(io, () => {
    void progress.say("Stopping: finishing what is in the air. Once more to stop at once.");
  });
  try {
    const source = await openSource(file, io, request.stop.signal);
    const deadLetters = await openDeadLetters(source, flags.deadLetters);
    const colors = colorsFor(io.stdout, io.env);
    const tally = new Tally();
    let end: StreamEnd;
    try {
      end = await deliverStream({
        events: source.events,
        connector,
        deduplicate: flags.dedupe,
        concurrency: flags.concurrency,
        deadLetters,
        io,
        stop: request.stop,
        abort: request.abort.signal,
        onSettled: async (settled) => {
          tally.add(settled);
          if (output.isTTY) await progress.clear();
          await output.line(flags.json ? deliverJson(settled) : deliverLine(settled, colors));
          await progress.update(() => tally.toString());
        },
        onWait: (untilMs) => {
          const time = new Date(untilMs).toLocaleTimeString("en-GB");
          void progress.say(`Apollo's quota is used up. Next call at ${time}.`);
        },
      });
    } finally {
      await deadLetters.close();
    }
    await progress.say(`${tally.toString()}.`);
    if (deadLetters.count > 0) await progress.say(`Dead letters: ${deadLetters.path}`);
    if (end.problem !== undefined) await progress.say(`Stopped. ${printable(end.problem)}`);
    if (end.problem !== undefined || request.exitCode !== undefined) await progress.say(howToGoOn(source, end, flags));
    if (end.problem !== undefined) return ExitCode.stopped;
    return request.exitCode ?? (deadLetters.count > 0 ? ExitCode.deadLetters : ExitCode.done);
  } finally {
    request.release();
  }
}

async function connect(flags: DeliverFlags, io: Io): Promise<ApolloConnector> {
  const planSettings = await readPlanSettings(flags);
  const apiKey = io.env.APOLLO_API_KEY;
  if (apiKey === undefined || apiKey === "") {
    throw new UsageError(
      "There is no API key. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled. To try without an Apollo account, start apollo-sandbox and use what it prints.",
    );
  }
  const baseUrl = flags.baseUrl ?? (io.env.APOLLO_BASE_URL === "" ? undefined : io.env.APOLLO_BASE_URL);
  try {
    return createApolloConnector({
      ...planSettings,
      apiKey,
      client: {
        ...(baseUrl !== undefined && { baseUrl }),
        maxRetries: MAX_RETRIES,
        runtime: { now: () => io.now(), sleep: (ms, signal) => io.sleep(ms, signal) },
      },
    });
  } catch (error) {
    if (error instanceof SettingsError || error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

async function openDeadLetters(source: OpenSource, path: string | undefined): Promise<DeadLetterFile> {
  const chosen = path ?? `${source.path ?? "signal-apollo"}.dead-letters.ndjson`;
  try {
    if (source.path !== undefined && (await isSameFile(source.path, chosen))) {
      throw new UsageError(
        "The dead letters would go into the file that is being read. Choose another one with --dead-letters.",
      );
    }
    return await DeadLetterFile.open(chosen);
  } catch (error) {
    source.close();
    throw error;
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  // By device and inode, so that a link of either kind is noticed, too. What is not there is no file yet.
  const [file, otherFile] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return file !== undefined && file.dev === otherFile?.dev && file.ino === otherFile.ino;
}

/** What to do with the rest of a stream that ended early. */
function howToGoOn(
  { path }: OpenSource,
  { settledThrough, settledBeyond }: StreamEnd,
  { dedupe }: DeliverFlags,
): string {
  if (settledThrough === 0 && settledBeyond.length === 0) return "Nothing is settled yet. Run the same command again.";
  const next = settledThrough + 1;
  const beyond =
    dedupe || settledBeyond.length === 0
      ? ""
      : ` Lines ${settledBeyond.join(", ")} are settled too; leave them out, since deduplication is off.`;
  // The command stands last and without a full stop, so that it can be copied as it is.
  const goOn =
    path === undefined
      ? `Go on from line ${next}.`
      : `Go on from line ${next}, with the same options: tail -n +${next} ${quoted(path)} | signal-apollo deliver -`;
  return `Lines up to ${settledThrough} are settled.${beyond} ${goOn}`;
}

/** A path as a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
