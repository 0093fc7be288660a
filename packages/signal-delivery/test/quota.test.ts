import { expect, test } from "vitest";

import { leads, ndjson } from "./support/events.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** How much later than Apollo asks calls go on, at the most: those who share a quota do not come back all at once. */
const MAX_JITTER_MS = 1_000;

const anHour = { kind: "status", status: 429, headers: { "retry-after": "3600" } } as const;

test("a quota that is used up for an hour: all calls wait it out, none is counted as an attempt, nothing is lost", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "slow", delayMs: 0 }, 3);
  sandbox.failNext(anHour, 8);

  const { exitCode, stdout, stderr, waits } = await run(["deliver", "--json", "--concurrency", "4"], {
    env: sandbox.env,
    stdin: ndjson(leads(12)),
  });

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout).map(({ status, attempts }) => [status, attempts])).toEqual(
    Array.from({ length: 12 }, () => ["delivered", 1]),
  );
  expect(sandbox.contacts()).toHaveLength(12);
  expect(waits.length).toBeGreaterThan(0);
  expect(waits.every((ms) => ms >= 3_600_000 && ms <= 3_600_000 + MAX_JITTER_MS)).toBe(true);
  expect(stderr).toMatch(/^Apollo's quota is used up\. Next call at \d\d:\d\d:\d\d\.$/m);
  expect(stderr).toContain("0 rejected, 0 failed.");
});

test("the quota is waited for however often it is used up", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext(anHour, 24);

  const { exitCode, waits } = await run(["deliver"], { env: sandbox.env, stdin: ndjson(leads(1)) });

  expect(exitCode).toBe(0);
  expect(waits).toHaveLength(24);
  expect(waits.every((ms) => ms >= 3_600_000 && ms <= 3_600_000 + MAX_JITTER_MS)).toBe(true);
});

test("while the gate is closed nothing is sent", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "slow", delayMs: 0 });
  sandbox.failNext(anHour, 4);
  const deliver = start(["deliver", "--json", "--concurrency", "4"], {
    env: sandbox.env,
    stdin: ndjson(leads(12)),
    sleep: untilAborted,
  });

  await expect.poll(() => sandbox.requests().filter(({ status }) => status === 429)).toHaveLength(4);
  await expect.poll(() => deliver.waits.length).toBeGreaterThan(0);
  const sent = sandbox.requests().length;
  expect(sent).toBe(5);
  deliver.send("SIGTERM");

  const { exitCode, stderr } = await deliver.ended;
  expect(exitCode).toBe(143);
  expect(stderr).toContain("Lines up to 1 of the input are done. Continue from line 2.");
  expect(sandbox.requests()).toHaveLength(sent);
});

test("where Apollo does not say how long, its shortest window is waited for", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 429, headers: {} }, 5);

  const { exitCode, waits } = await run(["deliver"], { env: sandbox.env, stdin: ndjson(leads(1)) });

  expect(exitCode).toBe(0);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(60_000);
  expect(waits.at(-1)).toBeLessThanOrEqual(60_000 + MAX_JITTER_MS);
});

test("a real quota, windows and all, is kept to", async () => {
  const sandbox = await sandboxForTest({ plan: { minute: 5, hour: null, day: null } });
  const deliver = start(["deliver", "--json", "--concurrency", "4"], {
    env: sandbox.env,
    stdin: ndjson(leads(8)),
    // The sandbox's window has passed when the wait is over.
    sleep: () => {
      sandbox.usePlan("unlimited");
      return Promise.resolve();
    },
  });

  expect(await deliver.ended).toMatchObject({ exitCode: 0 });
  expect(sandbox.contacts()).toHaveLength(8);
  // The window began with the first call; a little more is waited, since clocks differ.
  expect(deliver.waits.every((ms) => ms > 50_000 && ms <= 60_000 + MAX_JITTER_MS)).toBe(true);
});
