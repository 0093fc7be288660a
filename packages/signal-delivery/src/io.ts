import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import type { ConnectorDefinition, SettingField } from "@datafly/signal-connector-kit";

import { ExitCode } from "./exit-code.js";
import type { Program } from "./program.js";
import { startWatchdog, type Watchdog, type WatchdogOptions } from "./watchdog.js";

/** A place to write lines to: standard output or standard error. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** A signal that asks the process to end. */
export type StopSignal = "SIGINT" | "SIGTERM";

/** All that the program touches of the process it runs in. Tests put their own in place. */
export interface Io {
  /** Standard input. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Standard output. */
  readonly stdout: OutputStream;
  /** Standard error. */
  readonly stderr: OutputStream;
  /** The environment. */
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** The time of day, in milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back for each signal that asks the process to end, until the returned function is called. */
  onStopSignal(listener: (signal: StopSignal) => void): () => void;
  /** Ends the process by a signal if it is still there after `ms` milliseconds, whatever it waits for. */
  endAfter(ms: number, signal: StopSignal): void;
  /** Starts what ends the process if its event loop no longer turns. */
  startWatchdog(options?: WatchdogOptions): Watchdog;
}

/** The process, and the program that runs in it. */
export interface ProgramIo extends Io {
  readonly program: Program;
}

/** What a command is given: process, program, and the connector that the program is made from. */
export interface CommandIo extends ProgramIo {
  readonly definition: ConnectorDefinition;
  /** The connector's settings, in the order of its schema. */
  readonly settings: readonly SettingField[];
}

/** The process as it is. */
export const processIo: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
  onStopSignal: (listener) => {
    const onSignal = (signal: NodeJS.Signals) => {
      listener(signal as StopSignal);
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  },
  startWatchdog,
  endAfter: (ms, signal) => {
    const timer = setTimeout(() => {
      // By the signal, of which a shell makes 130 or 143: `exit` waits for a file operation that does not come back.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      // The first process of a container does not die of its own signals.
      process.exit(signal === "SIGINT" ? ExitCode.interrupted : ExitCode.terminated);
    }, ms);
    // It is no reason to stay.
    timer.unref();
  },
};
