import { createApolloClient } from "@datafly/apollo-client";
import type { Plan } from "@datafly/apollo-sandbox";
import type { QuotaState, QuotaUse } from "@datafly/signal-connector-kit";
import { describe, expect, test } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { Pacer, type CallReport, type Wait } from "../../src/pace/pacer.js";
import { drain as drainThrough } from "./drain.js";
import { theoreticalMs } from "./theoretical.js";

const LATENCY_MS = 200;
const never = new AbortController().signal;

/** Drains through pacers, and keeps what they say of their waits. */
async function drain(batch: Omit<Parameters<typeof drainThrough>[0], "gate">) {
  const waits: Wait[] = [];
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const drained = await drainThrough({
    ...batch,
    gate: (time, concurrency) => new Pacer(time, concurrency, APOLLO.quotas, (wait) => waits.push(wait), random),
  });
  return { ...drained, waits };
}

const PLANS = {
  free: { minute: 50, hour: 200, day: 600 },
  basic: { minute: 200, hour: 400, day: 2000 },
  organization: { minute: 200, hour: 600, day: 6000 },
} as const satisfies Record<string, Plan>;

describe("one worker", () => {
  test.each([
    ["free", 1000, 4],
    ["basic", 2500, 1],
    ["basic", 2500, 16],
    ["organization", 3000, 8],
  ] as const)(
    "on the %s plan drains %i events, %i at a time, without a refusal, in the time that the windows allow",
    async (name, events, concurrency) => {
      const plan = PLANS[name];

      const { refused, tookMs, delivered } = await drain({ plan, events, concurrency });

      expect(delivered).toBe(events);
      expect(refused).toBe(0);
      expect(tookMs).toBeLessThanOrEqual(theoreticalMs(plan, events) * 1.02);
    },
  );

  test("says which window it waits for, and until when", async () => {
    const { waits } = await drain({ plan: { minute: null, hour: 10, day: null }, events: 25 });

    expect(waits.map(({ window }) => window)).toEqual(["hour", "hour"]);
    expect((waits[0]?.until ?? 0) - Date.UTC(2026, 0, 1)).toBeGreaterThanOrEqual(3_600_000);
    expect((waits[0]?.until ?? 0) - Date.UTC(2026, 0, 1)).toBeLessThan(3_601_000);
  });

  test("has a shut gate while it waits for a window, though nothing was refused, and an open one after", async () => {
    const plan = { minute: null, hour: 10, day: null };
    const gates: (Wait | undefined)[] = [];
    const pacers: Pacer[] = [];

    const { refused } = await drainThrough({
      plan,
      events: 15,
      gate: (time, concurrency) => {
        const pacer = new Pacer(time, concurrency, APOLLO.quotas, () => gates.push(pacer.gate));
        pacers.push(pacer);
        return pacer;
      },
    });

    expect(refused).toBe(0);
    expect(gates).toEqual([expect.objectContaining({ window: "hour" })]);
    expect(pacers.map(({ gate }) => gate)).toEqual([undefined]);
  });

  test("is not held on a plan without limits", async () => {
    const { refused, tookMs } = await drain({ plan: "unlimited", events: 400, concurrency: 4 });

    expect(refused).toBe(0);
    expect(tookMs).toBeLessThanOrEqual((400 / 4 + 1) * LATENCY_MS);
  });

  test("that finds a window used up by others asks once, and goes on when it is over", async () => {
    const { refused, tookMs } = await drain({
      plan: { minute: null, hour: 20, day: null },
      events: 15,
      before: async (sandbox, time) => {
        const client = createApolloClient({ apiKey: sandbox.apiKey, baseUrl: sandbox.url });
        for (let call = 0; call < 12; call++) await client.contacts.create({ first_name: "Eve", last_name: "Byron" });
        await time.passUntil(time.sleep(1_800_000));
      },
    });

    expect(refused).toBe(1);
    expect(tookMs).toBeGreaterThanOrEqual(1_800_000);
    expect(tookMs).toBeLessThan(1_805_000);
  });
});

describe("three workers on one quota", () => {
  test.each([
    ["free", 600, 4],
    ["organization", 3000, 4],
  ] as const)(
    "on the %s plan drain %i events, %i at a time each, with few refusals",
    async (name, events, concurrency) => {
      const plan = PLANS[name];

      const { refused, tookMs, delivered } = await drain({ plan, events, concurrency, workers: 3 });

      expect(delivered).toBe(events);
      // Two or three at the end of each hour; "obey retry-after" alone has a dozen at the end of each minute.
      expect(refused).toBeLessThanOrEqual(15);
      expect(tookMs).toBeLessThanOrEqual(theoreticalMs(plan, events) * 1.1);
    },
  );
});

test("after a refusal that all calls would meet, one call finds out whether it is over, until there is an answer", async () => {
  const pacer = new Pacer({ now: () => 0, sleep: () => Promise.resolve() }, 4, APOLLO.quotas);
  let inFlight = 0;
  const together: number[] = [];
  const call = async (report: CallReport) => {
    together.push(++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return { result: undefined, report };
  };
  const some = (report: CallReport) => Promise.all([1, 2, 3].map(() => pacer.run(never, () => call(report))));
  const answered = { quota: quota(null) };
  await pacer.run(never, () => call(answered));
  await pacer.run(never, () => call({ brokenForMs: 0 }));

  await some({ brokenForMs: 0 });
  expect(together.splice(0)).toEqual([1, 1, 1, 1, 1]);

  await pacer.run(never, () => call(answered));
  await some(answered);
  expect(together).toEqual([1, 1, 2, 3]);
});

test("after a wait that no timer can hold, one call finds out whether calls are taken again", async () => {
  const pacer = new Pacer({ now: () => 0, sleep: () => Promise.resolve() }, 4, APOLLO.quotas);
  const together: number[] = [];
  let inFlight = 0;
  const call = async () => {
    together.push(++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return { result: undefined, report: { quota: quota(null) } };
  };
  await pacer.run(never, call);
  await pacer.run(never, () => Promise.resolve({ result: undefined, report: { throttledForMs: 1e14 } }));

  await Promise.all([1, 2, 3].map(() => pacer.run(never, call)));

  expect(together).toEqual([1, 1, 1, 2]);
});

/** A clock that can be set, in a time that passes only while somebody sleeps; and how long the sleeps were, in milliseconds. */
function clockForTest() {
  const slept: number[] = [];
  let now = Date.UTC(2026, 0, 1);
  let setAtWaking = 0;
  return {
    slept,
    now: () => now,
    sleep: (ms: number) => {
      slept.push(ms);
      now += ms + setAtWaking;
      setAtWaking = 0;
      return Promise.resolve();
    },
    set: (ms: number) => {
      now += ms;
    },
    setDuringSleep: (ms: number) => {
      setAtWaking = ms;
    },
  };
}

const HOUR_MS = 3_600_000;
const earliest = () => 0;
const windowOf = (used: number) => ({ limit: 3, used, left: 3 - used });
const quota = (hour: QuotaUse | null, day: QuotaUse | null = null) => ({ minute: null, hour, day });
const answer = (told: QuotaState) => Promise.resolve({ result: undefined, report: { quota: told } });

describe("an hour that is used up", () => {
  test.each([
    ["is not forgotten over an answer that tells of no window, a gateway's say", quota(null), 1],
    [
      "is over where an answer tells of another window alone: the hour has no limit any more",
      quota(null, windowOf(1)),
      0,
    ],
  ])("%s", async (_, told, waits) => {
    const clock = clockForTest();
    const pacer = new Pacer(clock, 2, APOLLO.quotas, undefined, earliest);
    await pacer.run(never, () => answer(quota(windowOf(1))));
    // Two at once, so that one of them is answered after the hour is used up.
    const first = pacer.run(never, () => answer(quota(windowOf(3))));
    await pacer.run(never, () => first.then(() => answer(told)));

    await pacer.run(never, () => answer(told));

    expect(clock.slept).toHaveLength(waits);
  });
});

describe("a clock that is set back makes no wait longer:", () => {
  const closed = {
    "a refusal's": { report: { throttledForMs: 10_000 }, ms: 10_000 },
    "a broken setup's": { report: { brokenForMs: 10_000 }, ms: 10_000 },
    "an hour's": { report: { quota: quota({ limit: 1, used: 1, left: 0 }) }, ms: HOUR_MS + 50 },
  };
  test.each(Object.entries(closed))("%s", async (_, { report, ms }) => {
    for (const when of ["set", "setDuringSleep"] as const) {
      const clock = clockForTest();
      const pacer = new Pacer(clock, 1, APOLLO.quotas, undefined, earliest);
      await pacer.run(never, () => Promise.resolve({ result: undefined, report }));
      clock[when](-HOUR_MS);

      await pacer.run(never, () => Promise.resolve({ result: undefined, report: {} }));

      expect(clock.slept).toEqual([ms]);
    }
  });

  test("and the time that it is said to end at is one of the clock", async () => {
    const clock = clockForTest();
    const waits: Wait[] = [];
    const pacer = new Pacer(clock, 1, APOLLO.quotas, (wait) => waits.push(wait), earliest);
    await pacer.run(never, () => Promise.resolve({ result: undefined, report: { throttledForMs: 10_000 } }));
    clock.set(-HOUR_MS);
    const until = clock.now() + 10_000;

    const { gate } = pacer;
    await pacer.run(never, () => Promise.resolve({ result: undefined, report: {} }));

    expect([gate, ...waits]).toEqual([
      { window: "unknown", until },
      { window: "unknown", until },
    ]);
  });
});

describe("an interrupted wait", () => {
  test("ends at once", async () => {
    const pacer = new Pacer({ now: Date.now, sleep: () => new Promise(() => undefined) }, 1, APOLLO.quotas);
    const throttled = { result: undefined, report: { throttledForMs: 3_600_000 } };
    await pacer.run(never, () => Promise.resolve(throttled));
    const abort = new AbortController();

    const waiting = pacer.run(abort.signal, () => Promise.resolve(throttled));
    abort.abort(new Error("enough"));

    await expect(waiting).rejects.toThrow("enough");
  });
});
