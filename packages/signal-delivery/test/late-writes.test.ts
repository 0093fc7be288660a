import { describe, expect, test } from "vitest";

import { LateWrites } from "../src/stream/late-writes.js";
import { emailOf, leadWith, ndjson } from "./support/events.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { pipelineForTest } from "./support/pipeline.js";
import { run, start, untilAborted } from "./support/run.js";

const titled = (person: number, title: string) => leadWith(person, { title });

/** Loses the connection of a title's first call, and carries that call out only when it is told to. */
async function lateServer(lateTitle: string, status?: number) {
  const writes: unknown[] = [];
  let late: (() => void) | undefined;
  let failed = false;
  const { url } = await serverForTest((response, { title }) => {
    if (title === lateTitle && !failed) {
      failed = true;
      late = () => writes.push(title);
      if (status === undefined) response.destroy();
      else response.writeHead(status).end();
      return;
    }
    writes.push(title);
    answerCreated(response);
  });
  return {
    env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
    writes,
    writeLate: () => {
      late?.();
      late = undefined;
    },
  };
}

/** Longer than any backoff. */
const isLong = (ms: number) => ms > 8_000;

describe("a call that Apollo carries out after the worker has given it up", () => {
  test.each([undefined, 408, 502, 504])(
    "does not bring back older values: the person's next event waits a minute from that call; status %s",
    async (status) => {
      const { env, writes, writeLate } = await lateServer("1-0", status);

      const { exitCode, waits } = await run(["deliver"], {
        env,
        stdin: ndjson(["1-0", "1-1", "1-2"].map((title) => titled(1, title))),
        sleep: (ms) => {
          if (isLong(ms)) writeLate();
          return Promise.resolve();
        },
      });
      writeLate();

      expect(exitCode).toBe(0);
      expect(writes).toEqual(["1-0", "1-0", "1-1", "1-2"]);
      // The backoff has passed by then.
      expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
    },
  );

  test.each([500, 503])("is not expected if Apollo itself answered with %s: nobody waits", async (status) => {
    const { env, writes } = await lateServer("1-0", status);

    const { waits } = await run(["deliver"], { env, stdin: ndjson([titled(1, "1-0"), titled(1, "1-1")]) });

    expect(writes).toEqual(["1-0", "1-1"]);
    expect(waits.filter(isLong)).toEqual([]);
  });

  test("holds up nobody else, and not the end of a run with no other event of that person", async () => {
    const { env, writes } = await lateServer("1-0");

    const { waits } = await run(["deliver"], {
      env,
      stdin: ndjson([titled(1, "1-0"), titled(2, "2-0"), titled(2, "2-1"), titled(3, "3-0")]),
    });

    expect(writes).toHaveLength(4);
    expect(waits.filter(isLong)).toEqual([]);
  });

  test("makes no event wait with deduplication off, which overwrites nothing", async () => {
    const { env } = await lateServer("1-0");

    const { waits } = await run(["deliver", "--no-dedupe"], {
      env,
      stdin: ndjson([titled(2, "2-0"), titled(1, "1-0"), titled(1, "1-1")]),
    });

    expect(waits).toEqual([]);
  });

  test("a stop ends the wait at once", async () => {
    const { env, writes } = await lateServer("1-0");
    const deliver = start(["deliver"], {
      env,
      stdin: ndjson([titled(1, "1-0"), titled(1, "1-1")]),
      sleep: (ms, signal) => (isLong(ms) ? untilAborted(ms, signal) : Promise.resolve()),
    });
    await expect.poll(() => deliver.waits.some(isLong)).toBe(true);

    deliver.send("SIGTERM");

    expect(await deliver.ended).toMatchObject({ exitCode: 143 });
    expect(writes).toEqual(["1-0"]);
  });
});

test("sources that are delivered one after the other share what may be written late; to wait for it is not to be stuck", async () => {
  const { env, writes } = await lateServer("1-0");
  let now = 0;
  let wake: (() => void) | undefined;
  const pipeline = await pipelineForTest(env, {
    now: () => now,
    sleep: (ms) => (isLong(ms) ? new Promise((resolve) => (wake = resolve)) : Promise.resolve()),
  });
  await pipeline.deliverEvents([titled(1, "1-0")]);
  now += 1_000;

  const second = pipeline.deliverEvents([titled(1, "1-1"), titled(2, "2-0")]);
  await expect.poll(() => writes).toEqual(["1-0", "2-0"]);
  now = 60_000;

  expect(pipeline.health.ready()).toEqual({ ready: true });
  now = 119_000;
  expect(pipeline.health.ready()).toEqual({ ready: true });
  now = 121_000;
  expect(pipeline.health.ready()).toMatchObject({ ready: false });
  wake?.();
  await second;
  expect(writes).toEqual(["1-0", "2-0", "1-1"]);
});

test("what can no longer be written is forgotten", () => {
  let now = 0;
  const lateWrites = new LateWrites({ now: () => now, sleep: () => Promise.resolve() });
  for (let person = 0; person < 100; person++) {
    lateWrites.mayFollow(emailOf(person), lateWrites.now());
    now += 1_000;
  }

  expect(lateWrites.size).toBe(59);
});

test("a clock that is set back makes no wait longer or shorter", async () => {
  let now = 7_200_000;
  const waits: number[] = [];
  const lateWrites = new LateWrites({ now: () => now, sleep: (ms) => Promise.resolve(void waits.push(ms)) });
  lateWrites.mayFollow(emailOf(1), lateWrites.now());
  now -= 3_600_000;
  await lateWrites.passed(emailOf(1), new AbortController().signal);
  lateWrites.mayFollow(emailOf(1), lateWrites.now());
  await lateWrites.passed(emailOf(1), new AbortController().signal);

  expect(waits).toEqual([60_000, 60_000]);
});
