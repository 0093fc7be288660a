import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import type { QuotaUse } from "@datafly/signal-connector-kit";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { Pacer, type CallReport, type Wait } from "../../src/pace/pacer.js";

const counts = fc.oneof(fc.constantFrom(0, 1, 2, 1e15), fc.nat({ max: 20 }));
const windows: fc.Arbitrary<QuotaUse | null> = fc.option(fc.record({ limit: counts, used: counts, left: counts }), {
  nil: null,
});
const waits = fc.constantFrom(-1e12, -1, 0, 1, 60_000, 86_400_000, 1e14, Number.MAX_SAFE_INTEGER, Infinity, NaN);
const reports: fc.Arbitrary<CallReport> = fc.record(
  {
    quota: fc.record({ minute: windows, hour: windows, day: windows }),
    throttledForMs: waits,
    brokenForMs: fc.constantFrom(0, 30_000),
  },
  { requiredKeys: [] },
);

/** Time that jumps to the next timer as soon as nothing else happens; where there is none, nothing ever happens again. */
async function untilDone(
  work: Promise<unknown>,
  timers: Set<{ at: number; ring: () => void }>,
  setNow: (ms: number) => void,
) {
  const state = { done: false };
  void work.then(() => (state.done = true));
  for (;;) {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (state.done) return;
    const next = [...timers].sort((one, other) => one.at - other.at)[0];
    if (next === undefined) throw new Error("It hangs: nothing is in flight, and there is no timer");
    timers.delete(next);
    setNow(next.at);
    next.ring();
  }
}

test.prop([fc.array(reports, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 4 })], { numRuns: 300 })(
  "whatever answers say, every call is made some day, no timer is longer than one can be, and each wait has a date",
  async (answers, concurrency) => {
    let now = Date.UTC(2026, 0, 1);
    const timers = new Set<{ at: number; ring: () => void }>();
    const said: Wait[] = [];
    const sleep = (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        expect(ms).toBeLessThanOrEqual(2 ** 31 - 1);
        const timer = { at: now + ms, ring: resolve };
        timers.add(timer);
        signal?.addEventListener("abort", () => {
          timers.delete(timer);
          reject(new Error("aborted"));
        });
      });
    const pacer = new Pacer(
      { now: () => now, sleep },
      concurrency,
      APOLLO.quotas,
      (wait) => said.push(wait),
      () => 0.5,
    );
    const never = new AbortController().signal;
    let made = 0;

    const calls = answers.map((report) =>
      pacer.run(never, () => {
        made += 1;
        return Promise.resolve({ result: undefined, report });
      }),
    );
    await untilDone(Promise.all(calls), timers, (ms) => (now = Math.max(now, ms)));

    expect(made).toBe(answers.length);
    for (const { until } of said) expect(new Date(until).getTime()).toBe(until);
  },
);
