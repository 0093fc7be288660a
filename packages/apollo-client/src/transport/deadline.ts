/** Why work under a deadline ended early. */
export class DeadlineError extends Error {
  constructor(readonly reason: "timeout" | "aborted" | "not_started") {
    super(reason);
  }
}

/**
 * Does some work that is given up after `timeoutMs`, or when the caller aborts, even if the work itself does not listen.
 *
 * One controller for each piece of work, not `AbortSignal.any`: a caller's signal may live as long as the process, and
 * must not collect a listener for every call that it was ever part of.
 *
 * @throws DeadlineError when the work was given up
 */
export async function withDeadline<T>(
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (callerSignal?.aborted) throw new DeadlineError("not_started");

  const controller = new AbortController();
  let stop: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (reason: DeadlineError["reason"]) => {
      const error = new DeadlineError(reason);
      reject(error);
      controller.abort(error);
    };
    const onAbort = () => {
      giveUp("aborted");
    };
    const timer = setTimeout(giveUp, timeoutMs, "timeout");
    callerSignal?.addEventListener("abort", onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      callerSignal?.removeEventListener("abort", onAbort);
    };
  });

  try {
    return await Promise.race([work(controller.signal), givenUp]);
  } finally {
    stop();
  }
}
