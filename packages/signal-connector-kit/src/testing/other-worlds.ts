import { ensure } from "./conformance-case.js";

/** A world with another clock and other chances. */
interface World {
  readonly nowMs: number;
  readonly random: number;
}

/** Worlds in which a pure function does the same. */
export const WORLDS: readonly World[] = [
  { nowMs: 0, random: 0.25 },
  { nowMs: 4_102_444_800_000, random: 0.75 },
];

/**
 * Does something in another world, in which nothing can be called either.
 *
 * @param act is synchronous, so that nothing else runs in that world
 * @throws ConformanceError if it calls `fetch`
 */
export function inAnotherWorld<T>({ nowMs, random }: World, act: () => T): T {
  const original = { Date, fetch: globalThis.fetch, random: Math.random, now: performance.now.bind(performance) };
  let called = false;
  class OtherDate extends Date {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [nowMs] : args) as [number]));
    }
    static override now(): number {
      return nowMs;
    }
  }
  const fetch = () => {
    called = true;
    return Promise.reject(new TypeError("fetch failed"));
  };
  try {
    Object.assign(globalThis, { Date: OtherDate, fetch });
    Math.random = () => random;
    performance.now = () => nowMs;
    return act();
  } finally {
    Object.assign(globalThis, { Date: original.Date, fetch: original.fetch });
    Math.random = original.random;
    Reflect.deleteProperty(performance, "now");
    ensure(!called, "plan called fetch.", "make all calls in send: plan is for previews, too, which have no key");
  }
}
