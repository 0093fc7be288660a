import type { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";

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
}

/** The process as it is. */
export const processIo: Io = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }),
  onStopSignal: (listener) => {
    const onSignal = (signal: NodeJS.Signals) => {
      listener(signal as StopSignal);
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  },
};
