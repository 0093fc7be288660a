import { describe, expect, test } from "vitest";

import { leads, ndjson } from "./support/events.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { pipelineForTest } from "./support/pipeline.js";
import { run } from "./support/run.js";

const noCalls = { "x-rate-limit-hourly": "0", "x-hourly-usage": "0", "x-hourly-requests-left": "0" };

/** Answers the first call with headers or a refusal, and the others as usual. */
async function serverThatSays(first: Record<string, string>, status: 200 | 429) {
  let calls = 0;
  const { url } = await serverForTest((response) => {
    calls += 1;
    if (calls > 1) {
      answerCreated(response);
      return;
    }
    for (const [name, value] of Object.entries(first)) response.setHeader(name, value);
    if (status === 200) answerCreated(response);
    else response.writeHead(429).end();
  });
  return { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url };
}

const HOUR_MS = 3_600_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

test.each([200, 429] as const)("a quota of 0 is waited for, said, and tried again; status %i", async (status) => {
  const env = await serverThatSays({ ...noCalls, ...(status === 429 && { "retry-after": "3600" }) }, status);

  const { exitCode, stderr, waits } = await run(["deliver"], { env, stdin: ndjson(leads(3)) });

  expect(exitCode).toBe(0);
  expect(Math.max(...waits)).toBeGreaterThanOrEqual(HOUR_MS);
  expect(stderr).toMatch(/Apollo's hourly quota is 0: it allows no calls\. Next try at \d\d:\d\d:\d\d\.\n/);
});

test("a retry-after that no timer can hold is bounded, shown as a date, and tried again", async () => {
  const env = await serverThatSays({ "retry-after": "99999999999999" }, 429);

  const { exitCode, stderr, waits } = await run(["deliver"], { env, stdin: ndjson(leads(2)) });

  expect(exitCode).toBe(0);
  expect(Math.max(...waits)).toBe(LONGEST_TIMER_MS);
  expect(stderr).toMatch(/Next call at 2026-03-2\d \d\d:\d\d:\d\d\.\n/);
  expect(stderr).not.toContain("Invalid Date");
});

describe("readiness", () => {
  test.each([
    ["a quota of 0", noCalls, 200, "Apollo's hourly quota is 0: it allows no calls."],
    ["a wait of more than a day", { "retry-after": "172800" }, 429, "Apollo takes no calls until 2026-02-27T14:30:0"],
  ] as const)(
    "%s makes a worker not ready, with the reason, until calls go through",
    async (_, headers, status, reason) => {
      let now = Date.UTC(2026, 1, 25, 14, 30);
      let wake: (() => void) | undefined;
      const pipeline = await pipelineForTest(await serverThatSays(headers, status), {
        now: () => now,
        sleep: (ms) =>
          new Promise((resolve) => {
            wake = () => {
              now += ms;
              resolve();
            };
          }),
      });

      const delivered = pipeline.deliverEvents(leads(2));
      await expect.poll(() => wake).toBeDefined();

      expect(pipeline.health.ready()).toEqual({ ready: false, reason: expect.stringContaining(reason) as string });
      wake?.();
      await delivered;
      expect(pipeline.health.ready()).toEqual({ ready: true });
    },
  );

  test("a quota that is used up for the day leaves it ready: that is what it waits for", async () => {
    const headers = { "x-rate-limit-24-hour": "1", "x-24-hour-usage": "1", "x-24-hour-requests-left": "0" };
    let wake: (() => void) | undefined;
    const pipeline = await pipelineForTest(await serverThatSays(headers, 200), {
      sleep: () => new Promise((resolve) => (wake = resolve)),
    });

    const delivered = pipeline.deliverEvents(leads(2));
    await expect.poll(() => wake).toBeDefined();

    expect(pipeline.health.ready()).toEqual({ ready: true });
    wake?.();
    await delivered;
  });
});
