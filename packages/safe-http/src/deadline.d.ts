/** Why work under a deadline ended early. */
export declare class DeadlineError extends Error {
  readonly reason: "timeout" | "aborted" | "not_started";
  /** What the caller gave as the reason of the abort. */
  readonly cause?: unknown | undefined;
  constructor(
    reason: "timeout" | "aborted" | "not_started",
    /** What the caller gave as the reason of the abort. */
    cause?: unknown | undefined,
  );
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
export declare function withDeadline<T>(
  timeoutMs: number,
  callerSignal: AbortSignal | undefined,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T>;
//# sourceMappingURL=deadline.d.ts.map
