import { startSandbox, type SandboxOptions } from "@datafly/apollo-sandbox";
import { describe, expect, it } from "vitest";

import { ada, post, sandboxForTest } from "./caller.js";
import { VirtualClock } from "./virtual-clock.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

const quotaHeaders = ({ headers }: { headers: Headers }) =>
  Object.fromEntries([...headers].filter(([name]) => /^x-(rate-limit|.*-(usage|requests-left)$)/.test(name)));

describe("the quota of a plan", () => {
  it.each([
    { plan: "free", minute: 50, hour: 200, day: 600 },
    { plan: "basic", minute: 200, hour: 400, day: 2000 },
    { plan: "professional", minute: 200, hour: 400, day: 2000 },
    { plan: "organization", minute: 200, hour: 600, day: 6000 },
  ] as const)("$plan is told after every call", async ({ plan, minute, hour, day }) => {
    const sandbox = await sandboxForTest({ plan });
    await post(sandbox, ada);
    const answer = await post(sandbox, { first_name: "Ada" });
    expect(answer.status).toBe(422);
    expect(quotaHeaders(answer)).toEqual({
      "x-rate-limit-minute": String(minute),
      "x-minute-usage": "2",
      "x-minute-requests-left": String(minute - 2),
      "x-rate-limit-hourly": String(hour),
      "x-hourly-usage": "2",
      "x-hourly-requests-left": String(hour - 2),
      "x-rate-limit-24-hour": String(day),
      "x-24-hour-usage": "2",
      "x-24-hour-requests-left": String(day - 2),
    });
  });

  it("unlimited has empty limits and no counts", async () => {
    const sandbox = await sandboxForTest({ plan: "unlimited" });
    expect(quotaHeaders(await post(sandbox, ada))).toEqual({
      "x-rate-limit-minute": "",
      "x-rate-limit-hourly": "",
      "x-rate-limit-24-hour": "",
    });
    expect(sandbox.usage().day).toMatchObject({ limit: null, used: 1, left: null });
  });

  it("can be unlimited in one window only", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: null, hour: 5, day: null } });
    expect(quotaHeaders(await post(sandbox, ada))).toEqual({
      "x-rate-limit-minute": "",
      "x-rate-limit-hourly": "5",
      "x-hourly-usage": "1",
      "x-hourly-requests-left": "4",
      "x-rate-limit-24-hour": "",
    });
  });

  it("can be told in the older spelling", async () => {
    const sandbox = await sandboxForTest({ dailyHeaders: "daily" });
    const headers = quotaHeaders(await post(sandbox, ada));
    expect(headers).toMatchObject({
      "x-rate-limit-daily": "2000",
      "x-daily-usage": "1",
      "x-daily-requests-left": "1999",
    });
    expect(Object.keys(headers).join()).not.toContain("24-hour");
  });

  it.each<{ refusal: string; status: number; options?: SandboxOptions; headers?: Record<string, string> }>([
    { refusal: "an unknown key", status: 401, headers: { "x-api-key": "unknown-key" } },
    { refusal: "no key", status: 422, headers: { "x-api-key": "" } },
    { refusal: "a key without the scope", status: 403, headers: { "x-api-key": "sandbox-key-without-scope" } },
    { refusal: "a plan without API access", status: 403, options: { planWithoutApi: true } },
  ])("neither shows nor counts the refusal of $refusal", async ({ status, options, headers }) => {
    const sandbox = await sandboxForTest(options);

    const answer = await post(sandbox, ada, headers);

    expect(answer.status).toBe(status);
    expect(quotaHeaders(answer)).toEqual({});
    expect(sandbox.usage().minute.used).toBe(0);
  });
});

describe("a used-up quota", () => {
  it.each([
    { plan: "free", calls: 50, per: "50 times per minute", retryAfter: 60 },
    { plan: "professional", calls: 200, per: "200 times per minute", retryAfter: 60 },
    { plan: "organization", calls: 200, per: "200 times per minute", retryAfter: 60 },
    { plan: { minute: null, hour: 3, day: null }, calls: 3, per: "3 times per hour", retryAfter: 3600 },
    { plan: { minute: 3, hour: 3, day: 3 }, calls: 3, per: "3 times per day", retryAfter: 86_400 },
    { plan: { minute: 0, hour: null, day: null }, calls: 0, per: "0 times per minute", retryAfter: 60 },
  ] as const)("of $plan answers 429 until it is over", async ({ plan, calls, per, retryAfter }) => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ plan, clock });
    for (let call = 0; call < calls; call += 1) expect((await post(sandbox, ada)).status).toBe(200);

    const refusal = await post(sandbox, ada);

    expect(refusal.status).toBe(429);
    expect(refusal.body).toContain(`The maximum number of api calls allowed for api/v1/contacts is ${per}.`);
    expect(refusal.headers.get("retry-after")).toBe(String(retryAfter));
    expect(sandbox.contacts()).toHaveLength(calls);
  });

  it("does not count the calls that it refuses", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 2, hour: 100, day: 100 } });
    for (let call = 0; call < 5; call += 1) await post(sandbox, ada);
    expect(sandbox.usage()).toMatchObject({ minute: { used: 2, left: 0 }, hour: { used: 2, left: 98 } });
    expect(quotaHeaders(await post(sandbox, ada))).toMatchObject({
      "x-minute-usage": "2",
      "x-minute-requests-left": "0",
    });
  });

  it("refuses after the key and its scope, and before the body", async () => {
    const sandbox = await sandboxForTest({ plan: { minute: 0, hour: 0, day: 0 } });
    expect((await post(sandbox, "no JSON")).status).toBe(429);
    expect((await post(sandbox, ada, { "x-api-key": "sandbox-key-without-scope" })).status).toBe(403);
    expect((await post(sandbox, ada, { "x-api-key": "unknown-key" })).status).toBe(401);
  });

  it("rounds retry-after up, so that a caller who obeys is never early", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ plan: { minute: 1, hour: null, day: null }, clock });
    await post(sandbox, ada);
    clock.advance(500);

    expect((await post(sandbox, ada)).headers.get("retry-after")).toBe("60");
    clock.advance(60_000 - 501);
    expect((await post(sandbox, ada)).headers.get("retry-after")).toBe("1");
    clock.advance(1);
    expect((await post(sandbox, ada)).status).toBe(200);
  });

  it("names the window that stays shut the longest, be it the shorter one", async () => {
    const clock = new VirtualClock();
    const sandbox = await sandboxForTest({ plan: { minute: 1, hour: 2, day: null }, clock });
    await post(sandbox, ada);
    clock.advance(hourMs - 10_000);
    await post(sandbox, ada);

    const refusal = await post(sandbox, ada);

    expect(refusal.headers.get("retry-after")).toBe("60");
    expect(refusal.body).toContain("1 times per minute");
  });
});

describe("a window", () => {
  it.each([
    { window: "minute", lengthMs: minuteMs },
    { window: "hour", lengthMs: hourMs },
    { window: "day", lengthMs: dayMs },
  ] as const)("($window) opens at its first call and closes its length later", async ({ window, lengthMs }) => {
    const clock = new VirtualClock();
    const unlimited = { minute: null, hour: null, day: null };
    const sandbox = await sandboxForTest({ plan: { ...unlimited, [window]: 2 }, clock });
    expect(sandbox.usage()[window]).toEqual({ limit: 2, used: 0, left: 2, resetsInMs: null });

    clock.advance(lengthMs * 1.7);
    await post(sandbox, ada);
    clock.advance(lengthMs - 1);
    await post(sandbox, ada);
    expect(sandbox.usage()[window]).toEqual({ limit: 2, used: 2, left: 0, resetsInMs: 1 });
    expect((await post(sandbox, ada)).status).toBe(429);

    clock.advance(1);
    expect(sandbox.usage()[window]).toEqual({ limit: 2, used: 0, left: 2, resetsInMs: null });
    expect((await post(sandbox, ada)).status).toBe(200);
    expect(sandbox.usage()[window].resetsInMs).toBe(lengthMs);
  });
});

describe("a change of plan", () => {
  it("keeps what has been used", async () => {
    const sandbox = await sandboxForTest({ plan: "free" });
    for (let call = 0; call < 3; call += 1) await post(sandbox, ada);

    sandbox.usePlan({ minute: 2, hour: 4, day: null });
    expect(sandbox.usage()).toMatchObject({ minute: { used: 3, left: 0 }, hour: { used: 3, left: 1 } });
    expect((await post(sandbox, ada)).status).toBe(429);

    sandbox.usePlan("unlimited");
    expect((await post(sandbox, ada)).status).toBe(200);
  });

  it.each([
    "gold",
    {},
    { minute: 1, hour: 1 },
    { minute: -1, hour: 1, day: 1 },
    { minute: 1.5, hour: 1, day: 1 },
    null,
  ])("to %j is an error", async (plan) => {
    const sandbox = await sandboxForTest();
    expect(() => {
      sandbox.usePlan(plan as "free");
    }).toThrow("plan must be one of free, basic, professional, organization, unlimited, or");
    await expect(startSandbox({ plan: (plan ?? "none") as "free" })).rejects.toThrow("plan must be one of");
  });
});
