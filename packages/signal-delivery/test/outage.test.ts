import type { ServerResponse } from "node:http";
import { stripVTControlCharacters } from "node:util";

import { describe, expect, test } from "vitest";

import { emailOf, lead, leads, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { pipelineForTest } from "./support/pipeline.js";
import { startProgram } from "./support/program.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** A call as the vendor got it: whose it was, and when, in milliseconds of the waits that came before it. */
interface Call {
  readonly email: unknown;
  readonly at: number;
}

/** A vendor that fails as a test says. Time is the sum of all waits. */
async function vendorForTest(
  answer: (response: ServerResponse, call: Call, calls: readonly Call[]) => void,
  answerCheck?: (response: ServerResponse) => void,
) {
  let now = 0;
  const calls: Call[] = [];
  const delivered: unknown[] = [];
  const { url } = await serverForTest((response, { email }) => {
    const call = { email, at: now };
    calls.push(call);
    response.on("finish", () => {
      if (response.statusCode === 200) delivered.push(email);
    });
    answer(response, call, calls);
  }, answerCheck);
  return {
    env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
    calls,
    delivered,
    sleep: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

function fail(response: ServerResponse, status = 503, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers).end();
}

/** Is there for the first calls, and then away for so long, in milliseconds. */
function awayFor(ms: number, { after = 5 } = {}) {
  let from: number | undefined;
  return (response: ServerResponse, { at }: Call, calls: readonly Call[]) => {
    if (calls.length > after) from ??= at;
    if (from !== undefined && at < from + ms) fail(response);
    else answerCreated(response);
  };
}

const people = (count: number) => leads(count).map((_, index) => emailOf(index + 1));
const sorted = (emails: readonly unknown[]) => [...emails].sort();

describe("while Apollo is away", () => {
  test.each([
    ["12 seconds", 12 * SECOND_MS],
    ["3 hours", 3 * HOUR_MS],
  ])("for %s, events wait: none becomes a dead letter, and all are delivered then", async (_, ms) => {
    const vendor = await vendorForTest(awayFor(ms));

    const { exitCode, stdout, stderr } = await run(["deliver", "--json"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(120)),
    });

    expect(exitCode).toBe(0);
    expect(objectsOf(stdout).filter(({ status }) => status !== "delivered")).toEqual([]);
    expect(sorted(vendor.delivered)).toEqual(sorted(people(120)));
    expect(stderr).toMatch(
      /Apollo is away: it answers 503\. No lead is at fault, and no attempt counts\. One call at a time looks whether it is back, until [\d: -]+ \(--outage-timeout\)\.\n/,
    );
    expect(stderr).toContain("Apollo has recovered. Resuming.\n");
  });

  test("probes come one at a time, after a second at first and a minute in the end", async () => {
    const vendor = await vendorForTest(awayFor(3 * HOUR_MS));

    const { waits } = await run(["deliver"], { env: vendor.env, sleep: vendor.sleep, stdin: ndjson(leads(20)) });

    // Three hours have 180 minutes, and a wait is up to a quarter shorter.
    expect(vendor.calls.length - 20).toBeGreaterThan(170);
    expect(vendor.calls.length - 20).toBeLessThan(260);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000);
  });

  test("without end, a run stops after four hours, with nothing dead-lettered, and the next one delivers the rest", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(20));
    let isAway = true;
    const vendor = await vendorForTest((response, _, calls) => {
      if (isAway && calls.length > 5) fail(response);
      else answerCreated(response);
    });

    const { exitCode, stderr, waits } = await run(["deliver", file], { env: vendor.env, sleep: vendor.sleep });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Stopped. Apollo has been away for longer than --outage-timeout allows");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
    const waited = waits.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(4 * HOUR_MS);
    expect(waited).toBeLessThan(4 * HOUR_MS + 60 * SECOND_MS);
    isAway = false;
    expect(await run(["deliver", file], { env: vendor.env, sleep: vendor.sleep })).toMatchObject({ exitCode: 0 });
    expect(sorted(vendor.delivered)).toEqual(sorted(people(20)));
  });

  test("--outage-timeout sets how long that is; 0 is without limit", async () => {
    const away = () => vendorForTest(awayFor(5 * HOUR_MS));
    const [short, long] = [await away(), await away()];
    const runWith = (seconds: string, { env, sleep }: typeof short) =>
      run(["deliver", "--outage-timeout", seconds], { env, sleep, stdin: ndjson(leads(20)) });

    expect(await runWith("30", short)).toMatchObject({ exitCode: 3 });
    expect(await runWith("0", long)).toMatchObject({ exitCode: 0 });
  });

  test("and back and away again, every event is delivered", async () => {
    const vendor = await vendorForTest((response, { at }) => {
      if (Math.floor(at / 7_000) % 2 === 1) fail(response, 502);
      else answerCreated(response);
    });

    const { exitCode } = await run(["deliver", "--max-attempts", "2"], {
      env: vendor.env,
      sleep: (ms) => vendor.sleep(ms + 500),
      stdin: ndjson(leads(200)),
    });

    expect(exitCode).toBe(0);
    expect(sorted(vendor.delivered)).toEqual(sorted(people(200)));
  });

  test("a single lead waits, too", async () => {
    const vendor = await vendorForTest(awayFor(HOUR_MS, { after: 0 }));

    const { exitCode } = await run(["deliver"], { env: vendor.env, sleep: vendor.sleep, stdin: ndjson([lead(1)]) });

    expect(exitCode).toBe(0);
    expect(vendor.delivered).toEqual([emailOf(1)]);
  });

  test("connections that break count like answers that fail", async () => {
    const vendor = await vendorForTest((response, _, calls) => {
      if (calls.length > 5 && calls.length < 40) response.destroy();
      else answerCreated(response);
    });

    const { exitCode, stderr } = await run(["deliver"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(30)),
    });

    expect(exitCode).toBe(0);
    expect(stderr).toContain("Apollo is away: connections to it fail.");
    expect(sorted(vendor.delivered)).toEqual(sorted(people(30)));
  });

  test.each([
    ["does not know the method", (response: ServerResponse) => response.writeHead(501).end()],
    ["fails", (response: ServerResponse) => response.writeHead(503).end()],
    ["breaks its connection", (response: ServerResponse) => response.destroy()],
  ])("is not kept away by a check that %s whatever happens", async (_, answerCheck) => {
    const vendor = await vendorForTest(awayFor(12 * SECOND_MS), answerCheck);

    const { exitCode, waits } = await run(["deliver"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(20)),
    });

    expect(exitCode).toBe(0);
    expect(sorted(vendor.delivered)).toEqual(sorted(people(20)));
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(120 * SECOND_MS);
  });

  test("a stop ends the wait at once", async () => {
    const vendor = await vendorForTest(awayFor(HOUR_MS));
    const deliver = start(["deliver"], {
      env: vendor.env,
      stdin: ndjson(leads(20)),
      sleep: (ms, signal) => (ms > 10 * SECOND_MS ? untilAborted(ms, signal) : vendor.sleep(ms)),
    });
    await expect.poll(() => deliver.waits.some((ms) => ms > 10 * SECOND_MS)).toBe(true);
    const stoppedAt = performance.now();

    deliver.send("SIGTERM");

    expect(await deliver.ended).toMatchObject({ exitCode: 143 });
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
  });

  test("several workers find out each for itself, and their probes stay rare", async () => {
    const vendor = await vendorForTest(awayFor(HOUR_MS));
    const { env, sleep } = vendor;

    const runs = await Promise.all(
      [1, 2, 3].map((worker) =>
        run(["deliver"], { env, sleep, stdin: ndjson(leads(60).slice((worker - 1) * 20, worker * 20)) }),
      ),
    );

    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(sorted(vendor.delivered)).toEqual(sorted(people(60)));
    expect(vendor.calls.length - 60).toBeLessThan(3 * 120);
  });

  test("a run that is killed then loses nothing, and the next one resumes", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(30));
    let isAway = true;
    const vendor = await vendorForTest((response, _, calls) => {
      if (isAway && calls.length > 5) fail(response);
      else answerCreated(response);
    });
    const killed = startProgram(["deliver", file], { env: vendor.env });
    await expect.poll(() => vendor.calls.length, { timeout: 10_000 }).toBeGreaterThan(12);
    killed.process.kill("SIGKILL");
    await killed.ended;
    isAway = false;

    const { exitCode } = await startProgram(["deliver", file], { env: vendor.env }).ended;

    expect(exitCode).toBe(0);
    expect(new Set(vendor.delivered)).toEqual(new Set(people(30)));
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });

  test("a terminal shows since when and until when in its status line", async () => {
    const vendor = await vendorForTest(awayFor(HOUR_MS));

    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(20));

    const { stderr } = await run(["deliver", file], { env: vendor.env, sleep: vendor.sleep, terminal: true });

    expect(stripVTControlCharacters(stderr)).toMatch(
      /\rApollo is away since [\d:]+; delivery stops at [\d:]+\. Next try at [\d:]+\./,
    );
  });

  test("a worker is not ready, and says so, until Apollo is back", async () => {
    let isAway = true;
    const { url } = await serverForTest((response, { email }) => {
      if (isAway && email !== emailOf(1)) fail(response);
      else answerCreated(response);
    });
    let wake: (() => void) | undefined;
    const pipeline = await pipelineForTest(
      { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
      { sleep: (ms) => (ms > 0 ? new Promise((resolve) => (wake = resolve)) : Promise.resolve()), probeMs: 30_000 },
    );
    const delivering = pipeline.deliverEvents(leads(5));
    await expect.poll(() => pipeline.health.ready().ready).toBe(false);

    expect(pipeline.health.ready().reason).toMatch(
      /^Apollo has been away since 2026-02-25T14:30:00\.000Z: it answers 503\.$/,
    );
    isAway = false;
    wake?.();
    await delivering;
    expect(pipeline.health.ready()).toEqual({ ready: true });
    expect(pipeline.letters).toEqual([]);
  });
});

describe("with deduplication off", () => {
  test("only the calls that were in flight become dead letters: the probes are checks of the key", async () => {
    const folder = await folderForTest();
    const file = await folder.write("leads.ndjson", leads(40));
    let now = 0;
    let calls = 0;
    let checks = 0;
    const isAway = () => calls > 10 && now < HOUR_MS;
    const { url } = await serverForTest(
      (response) => {
        calls += 1;
        if (isAway()) fail(response);
        else answerCreated(response);
      },
      (response) => {
        checks += 1;
        if (isAway()) fail(response);
        else response.writeHead(200).end(JSON.stringify({ healthy: true, is_logged_in: true }));
      },
    );

    const { exitCode, stdout } = await run(["deliver", "--json", "--no-dedupe", file], {
      env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    });

    expect(exitCode).toBe(1);
    const letters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(letters.length).toBeGreaterThanOrEqual(3);
    // Three people's failures, and what else was in flight with the last of them.
    expect(letters.length).toBeLessThanOrEqual(3 + 3);
    for (const letter of letters) expect(letter).toMatchObject({ maybeDelivered: true, attempts: 1 });
    expect(objectsOf(stdout).filter(({ status }) => status === "delivered")).toHaveLength(40 - letters.length);
    expect(checks).toBeGreaterThan(50);
    expect(calls).toBe(40);
  });
});

describe("a lead that fails while others succeed", () => {
  test.each([1, 10, 20])(
    "is at fault, as number %i of 20: it becomes a dead letter, and the others are delivered",
    async (person) => {
      const vendor = await vendorForTest((response, { email }) => {
        if (email === emailOf(person)) fail(response, 500);
        else answerCreated(response);
      });

      const { exitCode, stdout, stderr } = await run(["deliver", "--json"], {
        env: vendor.env,
        sleep: vendor.sleep,
        stdin: ndjson(leads(20)),
      });

      expect(exitCode).toBe(1);
      expect(objectsOf(stdout).filter(({ status }) => status === "failed")).toMatchObject([
        { messageId: `message-${person}`, reason: "server_error", attempts: 5 },
      ]);
      expect(vendor.delivered).toHaveLength(19);
      expect(stderr).not.toContain("Apollo is away");
    },
  );

  test("is found out after an outage, which it does not prolong", async () => {
    const down = awayFor(HOUR_MS);
    const vendor = await vendorForTest((response, call, calls) => {
      if (call.email === emailOf(7)) fail(response, 500);
      else down(response, call, calls);
    });

    const { exitCode } = await run(["deliver"], { env: vendor.env, sleep: vendor.sleep, stdin: ndjson(leads(20)) });

    expect(exitCode).toBe(1);
    expect(vendor.delivered).toHaveLength(19);
    const lastAt = Math.max(...vendor.calls.map(({ at }) => at));
    expect(lastAt).toBeLessThan(HOUR_MS + 5 * 60 * SECOND_MS);
  });
});

describe("if only one lead is left", () => {
  test("a check of the key shows that Apollo is away, and the lead waits", async () => {
    const sandbox = await sandboxForTest();
    sandbox.startOutage();
    let now = 0;

    const { exitCode } = await run(["deliver"], {
      env: sandbox.env,
      stdin: ndjson([lead(1)]),
      sleep: (ms) => {
        now += ms;
        if (now > HOUR_MS) sandbox.endOutage();
        return Promise.resolve();
      },
    });

    expect(exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(1);
  });

  test("a check of the key shows that Apollo is there, and the lead becomes a dead letter", async () => {
    const sandbox = await sandboxForTest();
    sandbox.failNext({ kind: "status", status: 500 }, 9);

    const { exitCode } = await run(["deliver"], { env: sandbox.env, stdin: ndjson([lead(1)]) });

    expect(exitCode).toBe(1);
    expect(sandbox.requests().map(({ method }) => method)).toEqual(["POST", "POST", "POST", "POST", "POST", "GET"]);
  });
});

describe("a Retry-After on another status than 429", () => {
  test.each([503, 500, 408])("is kept to by all calls; status %i", async (status) => {
    const vendor = await vendorForTest((response, _, calls) => {
      if (calls.length === 3) fail(response, status, { "retry-after": "6" });
      else answerCreated(response);
    });

    const { exitCode } = await run(["deliver", "--concurrency", "1"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(6)),
    });

    expect(exitCode).toBe(0);
    expect(vendor.calls.map(({ at }) => at >= 6_000)).toEqual([false, false, false, true, true, true, true]);
  });

  test("puts off the dead letter of the event as well", async () => {
    const vendor = await vendorForTest((response, { email }) => {
      if (email === emailOf(2)) fail(response, 503, { "retry-after": "600" });
      else answerCreated(response);
    });

    const { exitCode, stdout } = await run(["deliver", "--json", "--max-attempts", "1"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(3)),
    });

    expect(exitCode).toBe(1);
    expect(objectsOf(stdout).find(({ status }) => status === "failed")).toMatchObject({ attempts: 2 });
    const [first = 0, second = 0] = vendor.calls.filter(({ email }) => email === emailOf(2)).map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(600_000);
  });
});

describe("a 429 without end and without a retry-after", () => {
  const body = JSON.stringify({ message: "The maximum number of api calls allowed is 600 times per hour." });

  test("is shown with the vendor's own words after a few refusals", async () => {
    const vendor = await vendorForTest((response, _, calls) => {
      if (calls.length < 6) response.writeHead(429, { "content-type": "application/json" }).end(body);
      else answerCreated(response);
    });

    const { exitCode, stderr } = await run(["deliver"], {
      env: vendor.env,
      sleep: vendor.sleep,
      stdin: ndjson(leads(2)),
    });

    expect(exitCode).toBe(0);
    expect(stderr.match(/keeps refusing/g)).toHaveLength(1);
    expect(stderr).toContain(
      "Apollo keeps refusing calls for the quota (429), and does not say for how long. It says: The maximum number of api calls allowed is 600 times per hour.\n",
    );
  });

  test("makes a worker not ready, until a call is answered", async () => {
    let isRefusing = true;
    const { url } = await serverForTest((response) => {
      if (isRefusing) response.writeHead(429, { "content-type": "application/json" }).end(body);
      else answerCreated(response);
    });
    let now = 0;
    const held: (() => void)[] = [];
    const pipeline = await pipelineForTest(
      { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url },
      {
        now: () => now,
        sleep: (ms) =>
          new Promise((resolve) => {
            held.push(() => {
              now += ms;
              resolve();
            });
          }),
      },
    );
    const delivering = pipeline.deliverEvents([lead(1)]);
    const wait = async () => {
      await expect.poll(() => held.length).toBe(1);
      return held.pop();
    };
    for (let refusals = 1; refusals < 3; refusals++) {
      const wake = await wait();
      expect([refusals, pipeline.health.ready()]).toEqual([refusals, { ready: true }]);
      wake?.();
    }
    const wake = await wait();

    expect(pipeline.health.ready().reason).toContain("keeps refusing calls for the quota (429)");
    isRefusing = false;
    wake?.();
    await delivering;
    expect(pipeline.health.ready()).toEqual({ ready: true });
  });
});
