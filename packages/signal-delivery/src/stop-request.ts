import { setMaxListeners } from "node:events";

import { ExitCode } from "./exit-code.js";
import type { Io, StopSignal } from "./io.js";

/**
 * When nothing in the air is waited for any more, there is this long to write the journal, in milliseconds. What still hangs
 * then would do so for good: a pipe that nobody opens, a disk that does not answer.
 */
const GRACE_MS = 3_000;

/** What Ctrl-C and `kill` ask for: the first time to end in peace, the second time to end at once. */
export class StopRequest {
  /** Aborted to take up nothing new and finish what is in the air. */
  readonly stop = new AbortController();
  /** Aborted to leave even that. */
  readonly abort = new AbortController();
  readonly #release: () => void;
  readonly #released = new AbortController();
  #received: StopSignal | undefined;

  /**
   * @param drainTimeoutMs how long what is in the air may take after the first signal, in milliseconds
   * @param onFirst called for the first signal
   */
  constructor(io: Io, drainTimeoutMs = Number.POSITIVE_INFINITY, onFirst: () => void = () => undefined) {
    // Every call that is in the air or waits listens to them; Node takes more than ten listeners for a leak.
    setMaxListeners(0, this.stop.signal, this.abort.signal);
    this.#release = io.onStopSignal((signal) => {
      if (this.#received === undefined) {
        this.#received = signal;
        this.stop.abort();
        onFirst();
        if (drainTimeoutMs === Number.POSITIVE_INFINITY) return;
        this.#abortAfter(io, drainTimeoutMs);
        io.endAfter(drainTimeoutMs + GRACE_MS, signal);
      } else {
        this.abort.abort();
        io.endAfter(GRACE_MS, signal);
      }
    });
  }

  /** The exit code that says which signal came; `undefined` if none did. */
  get exitCode(): ExitCode | undefined {
    if (this.#received === undefined) return undefined;
    return this.#received === "SIGINT" ? ExitCode.interrupted : ExitCode.terminated;
  }

  /** Leaves the signals to the process again. */
  release(): void {
    this.#release();
    this.#released.abort();
  }

  #abortAfter(io: Io, ms: number): void {
    io.sleep(ms, this.#released.signal).then(
      () => {
        this.abort.abort();
      },
      () => undefined,
    );
  }
}
