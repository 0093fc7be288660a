/**
 * Time and chance, as the client sees them. Tests substitute their own.
 *
 * None of them may fail, but for `sleep` when its signal is aborted: what they throw is thrown on as it is.
 */
export interface Runtime {
  /** The time of day, in milliseconds since 1970. */
  now(): number;
  /** A number from 0 up to, but not including, 1. */
  random(): number;
  /** Resolves after `ms` milliseconds; rejects as soon as `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
/** The real time and real chance. */
export declare const systemRuntime: Runtime;
/** Fills in what is missing. Called as methods, not copied: a runtime may be an instance of a class. */
export declare function completeRuntime(own: Partial<Runtime>): Runtime;
//# sourceMappingURL=runtime.d.ts.map
