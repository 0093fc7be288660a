import { onAbort } from "./abort-listener.js";

/** Why work under a deadline ended early. */
export class DeadlineError extends Error {
  constructor(
    readonly reason: "timeout" | "aborted" | "not_started",
    /** What the caller gave as the reason of the abort. */
    override readonly cause?: unknown,
  ) {
    super(reason);
  }
}

/** When work is given up. */
export interface Deadline {
  /** Aborted when the work is given up. */
  readonly signal: AbortSignal;
  /**
   * Waits for a promise until the work is given up, even if what is promised does not listen to the signal.
   *
   * @throws DeadlineError when the work is given up
   */
  readonly until: <T>(promise: Promise<T>) => Promise<T>;
}

/**
 * Does some work that is given up after `timeoutMs`, or when the caller aborts.
 *
 * One controller for each piece of work, not `AbortSignal.any`: a caller's signal may live as long as the process, and
 * must not collect a listener for every call that it was ever part of.
 *
 * @param work waits for nothing but through {@link Deadline.until}
 * @throws DeadlineError when the work was given up, and did not make the best of what it had
 */
export async function withDeadline<T>(
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  if (callerSignal?.aborted) throw new DeadlineError("not_started", callerSignal.reason);

  const controller = new AbortController();
  const { signal } = controller;
  // Of what is being waited for. Not `Promise.race`, which costs several microseconds a call.
  let stopWaiting: (error: unknown) => void = () => undefined;
  const giveUp = (reason: DeadlineError["reason"], cause?: unknown) => {
    const error = new DeadlineError(reason, cause);
    controller.abort(error);
    stopWaiting(error);
  };
  const timer = setTimeout(giveUp, timeoutMs, "timeout");
  const stopListening =
    callerSignal &&
    onAbort(callerSignal, () => {
      giveUp("aborted", callerSignal.reason);
    });
  const until = <T>(promise: Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      stopWaiting = reject;
      promise.then(resolve, reject);
      if (signal.aborted) reject(signal.reason as DeadlineError);
    });

  try {
    return await work({ signal, until });
  } catch (error) {
    // A fetch that listens may say in its own words that it was aborted.
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    stopListening?.();
  }
}
