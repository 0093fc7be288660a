import type { QuotaDefinition } from "@datafly/signal-connector-kit";
import { expect, test } from "vitest";

import { Pacer, type CallReport, type Wait } from "../../src/pace/pacer.js";

const never = new AbortController().signal;
const TEN_SECONDS: QuotaDefinition = { name: "ten_seconds", lengthMs: 10_000, title: "quota of ten seconds" };
const CALL_MS = 100;

/** A vendor with a quota of ten seconds, in a time that passes only in calls and sleeps. Others use the quota, too. */
function vendorForTest({ limit, others = 0 }: { limit: number; others?: number }) {
  const slept: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  let opened = 0;
  let used = 0;
  let refused = 0;
  return {
    slept,
    now: () => now,
    sleep: (ms: number) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    refused: () => refused,
    call: () => {
      now += CALL_MS;
      if (now >= opened + TEN_SECONDS.lengthMs) {
        opened = now;
        used = 0;
      }
      used += 1 + others;
      if (used > limit) refused += 1;
      const quota = { ten_seconds: { limit, used: Math.min(used, limit), left: Math.max(0, limit - used) } };
      return Promise.resolve({ result: undefined, report: { quota } });
    },
  };
}

test("a quota of ten seconds is used up in each window, and no call is refused", async () => {
  const vendor = vendorForTest({ limit: 5 });
  const waits: Wait[] = [];
  const pacer = new Pacer(vendor, 1, [TEN_SECONDS], (wait) => waits.push(wait));
  const startedAt = vendor.now();

  for (let calls = 0; calls < 25; calls += 1) await pacer.run(never, vendor.call);

  expect(vendor.refused()).toBe(0);
  expect(waits.map(({ window }) => window)).toEqual(Array(4).fill("ten_seconds"));
  expect(vendor.now() - startedAt).toBeLessThan(4 * TEN_SECONDS.lengthMs * 1.02 + 5 * CALL_MS);
});

test("pauses between the last calls of a window that others use, too, are short in a short window", async () => {
  const vendor = vendorForTest({ limit: 40, others: 1 });
  const longest = () => 0.999;
  const pacer = new Pacer(vendor, 1, [TEN_SECONDS], undefined, longest);

  for (let calls = 0; calls < 20; calls += 1) await pacer.run(never, vendor.call);

  expect(vendor.refused()).toBe(0);
  expect(vendor.slept).toHaveLength(1);
  expect(vendor.slept[0]).toBeLessThanOrEqual(250);
});

test("for a vendor without quotas calls go together as soon as one is answered", async () => {
  const pacer = new Pacer({ now: () => 0, sleep: () => Promise.resolve() }, 3, []);
  const together: number[] = [];
  let inFlight = 0;
  const call = async (report: CallReport) => {
    together.push(++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return { result: undefined, report };
  };

  await pacer.run(never, () => call({ answered: false }));
  await Promise.all([1, 2].map(() => pacer.run(never, () => call({ answered: false }))));
  await pacer.run(never, () => call({ answered: true }));
  await Promise.all([1, 2].map(() => pacer.run(never, () => call({ answered: true }))));

  expect(together).toEqual([1, 1, 1, 1, 1, 2]);
});
