import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";

import { main, type ExitCode, type Io, type StopSignal } from "@datafly/signal-apollo-worker";

import { UNWATCHED } from "../../src/watchdog.js";

/** What one run of the command line printed, and what it ended with. */
export interface Run {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** The waits it made, in milliseconds. */
  readonly waits: readonly number[];
}

/** That a process is to be ended by a signal if it is still there after so many milliseconds. */
export interface LastResort {
  readonly ms: number;
  readonly signal: StopSignal;
}

/** What a run is given. */
export interface RunOptions {
  readonly env?: Readonly<Partial<Record<string, string>>>;
  /** Standard input; a stream may stay open. */
  readonly stdin?: string | Readable;
  /** In place of a wait that is over at once. */
  readonly sleep?: Io["sleep"];
  /** Whether standard input, output and error are to look like a terminal. */
  readonly terminal?: boolean;
  /** How wide that terminal is. */
  readonly columns?: number;
  /** Whether nobody reads standard output, and it stays open all the same. */
  readonly deaf?: boolean;
  /** The program. Default: `signal-apollo` */
  readonly main?: typeof main;
}

/** A run that is under way. */
export interface StartedRun {
  /** Resolves when the program has ended. */
  readonly ended: Promise<Run>;
  /** What there is of its output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Whether it has come to where it listens for signals. */
  readonly listening: () => boolean;
  /** Asks it to end, as Ctrl-C and `kill` would. */
  readonly send: (signal: StopSignal) => void;
  /** Lets time pass, in milliseconds, while it waits for nothing but its input. */
  readonly pass: (ms: number) => void;
  readonly waits: readonly number[];
  readonly lastResorts: readonly LastResort[];
  /** Whether it waits for a reader of its standard output. */
  readonly jammed: () => boolean;
}

/** Runs the command line in this process, to its end. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  return start(argv, options).ended;
}

/** Starts the command line in this process, in a time that passes only while it waits, or is made to. */
export function start(
  argv: readonly string[],
  { env = {}, stdin = "", sleep, terminal = false, columns = 120, deaf = false, main: program = main }: RunOptions = {},
): StartedRun {
  let nowMs = Date.UTC(2026, 1, 25, 14, 30);
  const waits: number[] = [];
  const lastResorts: LastResort[] = [];
  const listeners = new Set<(signal: StopSignal) => void>();
  const stdout = output(terminal, columns, deaf);
  const stderr = output(terminal, columns);
  const io: Io = {
    stdin: Object.assign(typeof stdin === "string" ? inputOf(stdin) : stdin, { isTTY: terminal }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    now: () => nowMs,
    sleep: async (ms, signal) => {
      waits.push(ms);
      await (sleep ?? (() => Promise.resolve()))(ms, signal);
      if (signal?.aborted) throw new Error("aborted");
      nowMs += ms;
    },
    onStopSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    startWatchdog: () => UNWATCHED,
    endAfter: (ms, signal) => {
      lastResorts.push({ ms, signal });
    },
  };
  const end = async (): Promise<Run> => {
    const exitCode = await program(argv, io);
    if (listeners.size > 0) throw new Error("The program has ended, and still listens for signals");
    return { exitCode, stdout: await stdout.end(), stderr: await stderr.end(), waits };
  };
  return {
    ended: end(),
    stdout: stdout.soFar,
    stderr: stderr.soFar,
    listening: () => listeners.size > 0,
    send: (signal) => {
      for (const listener of listeners) listener(signal);
    },
    pass: (ms) => {
      nowMs += ms;
    },
    waits,
    lastResorts,
    jammed: () => stdout.stream.writableNeedDrain,
  };
}

/** The objects of an output in NDJSON. Throws where a line is not exactly one. */
export function objectsOf(output: string): Record<string, unknown>[] {
  if (output === "") return [];
  if (!output.endsWith("\n")) throw new Error("The last line is not ended");
  return output
    .slice(0, -1)
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A wait that is over only when `signal` is aborted: for a test of what happens meanwhile. */
export function untilAborted(_ms: number, signal?: AbortSignal): Promise<void> {
  return signal === undefined || signal.aborted ? Promise.resolve() : once(signal, "abort").then(() => undefined);
}

function inputOf(content: string): PassThrough {
  const stream = new PassThrough();
  stream.end(content);
  return stream;
}

function output(terminal: boolean, columns: number, deaf = false) {
  const stream = Object.assign(new PassThrough(), { isTTY: terminal, ...(terminal && { columns }) });
  let soFar = "";
  if (!deaf) stream.setEncoding("utf8").on("data", (chunk: string) => (soFar += chunk));
  return {
    stream,
    soFar: () => soFar,
    end: async () => {
      if (deaf) stream.destroy();
      else stream.end();
      if (!stream.closed) await once(stream, "close");
      return soFar;
    },
  };
}
