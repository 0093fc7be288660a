import { onAbort } from "./abort-listener.js";

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
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const fail = () => {
        clearTimeout(timer);
        reject(new Error("The wait was aborted."));
      };
      const timer = setTimeout(() => {
        stopListening?.();
        resolve();
      }, ms);
      const stopListening = signal && !signal.aborted ? onAbort(signal, fail) : undefined;
      if (signal?.aborted) fail();
    }),
};

/** Fills in what is missing. Called as methods, not copied: a runtime may be an instance of a class. */
export function completeRuntime(own: Partial<Runtime>): Runtime {
  const has = <Name extends keyof Runtime>(name: Name) => (own[name] ? own : systemRuntime) as Pick<Runtime, Name>;
  return {
    now: () => has("now").now(),
    random: () => has("random").random(),
    sleep: async (ms, signal) => has("sleep").sleep(ms, signal),
  };
}
