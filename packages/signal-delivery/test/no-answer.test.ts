import { describe, expect, test } from "vitest";

import { emailOf, lead, leads, ndjson } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { pipelineForTest } from "./support/pipeline.js";
import { objectsOf, run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

/** A server that breaks off calls for some contacts, and answers the others. */
async function breakingServer(breaks: (email: unknown, call: number) => boolean) {
  const called: unknown[] = [];
  const { url } = await serverForTest((response, { email }) => {
    called.push(email);
    if (breaks(email, called.length)) response.destroy();
    else answerCreated(response);
  });
  return { env: { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url }, called };
}

const all = () => true;
const onlyFirst = (email: unknown) => email === emailOf(1);
const repeated = (person: number, times: number) => Array.from({ length: times }, () => emailOf(person));

describe("as long as no call was ever answered, a connection that breaks is a configuration error", () => {
  test("delivery stops without dead letters, after calls for three people", async () => {
    const folder = await folderForTest();
    const { env, called } = await breakingServer(all);
    const file = await folder.write("leads.ndjson", leads(20));

    const { exitCode, stdout, stderr } = await run(["deliver", "--concurrency", "8", file], { env });

    expect(exitCode).toBe(3);
    expect(stdout).toBe("");
    expect(called).toEqual([...repeated(1, 5), emailOf(2), emailOf(3)]);
    expect(stderr).toContain("Nothing is sent: The connection to ");
    expect(stderr).toContain("\nStopped. The connection to ");
    expect(stderr).toContain("No line of the input is done yet: rerun the same command.");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });

  test.each([1, 20, 40])("so it is if all %i events are one person's", async (count) => {
    const folder = await folderForTest();
    const { env } = await breakingServer(all);
    const events = Array.from({ length: count }, () => lead(1));
    const file = await folder.write("leads.ndjson", events);

    const { exitCode } = await run(["deliver", "--concurrency", "1", file], { env });

    expect(exitCode).toBe(3);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });

  test("a blip at the start stops nothing", async () => {
    const { env } = await breakingServer((_, call) => call <= 4);

    const { exitCode, stdout } = await run(["deliver", "--json"], { env, stdin: ndjson(leads(3)) });

    expect(exitCode).toBe(0);
    expect(objectsOf(stdout).map(({ status }) => status)).toEqual(["delivered", "delivered", "delivered"]);
  });

  test("with --no-dedupe nothing is retried, and the next run makes dead letters of what may be delivered", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(10));
    sandbox.failNext({ kind: "reset", written: true }, 100);

    const first = await run(["deliver", "--no-dedupe", file], { env: sandbox.env });

    expect(first.exitCode).toBe(3);
    expect(sandbox.requests()).toHaveLength(3);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);

    sandbox.reset();
    const { exitCode } = await run(["deliver", "--no-dedupe", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(sandbox.requests()).toHaveLength(7);
    const letters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(letters.map(({ position, maybeDelivered }) => [position, maybeDelivered])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
  });

  test("with --no-dedupe and without a journal, what may be delivered becomes a dead letter at once", async () => {
    const folder = await folderForTest();
    const { env } = await breakingServer(all);

    const { exitCode, stderr } = await run(["deliver", "--no-dedupe", "--dead-letters", folder.at("dead.ndjson")], {
      env,
      stdin: ndjson(leads(10)),
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Lines up to 3 of the input are done. Continue from line 4.");
    const letters = await folder.deadLetters("dead.ndjson");
    expect(letters.map(({ position }) => Number(position)).sort()).toEqual([1, 2, 3]);
    expect(letters).toEqual(letters.map((letter) => ({ ...letter, maybeDelivered: true })));
  });
});

describe("a first lead that alone breaks its connection blocks nobody", () => {
  test.each([
    [[], 5, "transient"],
    [["--no-dedupe"], 1, "final"],
  ] as const)("it becomes a dead letter as soon as another call is answered; %j", async (flags, attempts, kind) => {
    const folder = await folderForTest();
    const { env, called } = await breakingServer(onlyFirst);
    const file = await folder.write("leads.ndjson", [lead(1), lead(1), ...leads(10).slice(1)]);

    const { exitCode, stderr } = await run(["deliver", ...flags, file], { env });

    expect(exitCode).toBe(1);
    expect(called.slice(0, attempts + 1)).toEqual([...repeated(1, attempts), emailOf(2)]);
    expect(stderr).toContain("11 events: 9 delivered, 0 dropped, 0 rejected, 2 failed.");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { position: 1, attempts, class: kind, maybeDelivered: true },
      { position: 2, attempts, class: kind, maybeDelivered: true },
    ]);
  });

  test("two of them are dead letters, too, if the third person's call is answered", async () => {
    const folder = await folderForTest();
    const { env } = await breakingServer((email) => email === emailOf(1) || email === emailOf(2));
    const file = await folder.write("leads.ndjson", leads(5));

    const { exitCode } = await run(["deliver", file], { env });

    expect(exitCode).toBe(1);
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { messageId: "message-1", attempts: 5 },
      { messageId: "message-2", attempts: 5 },
    ]);
  });

  test("once a call was answered, connections that all break are an outage, and no lead is at fault", async () => {
    const folder = await folderForTest();
    const { env } = await breakingServer((_, call) => call > 1);
    const file = await folder.write("leads.ndjson", leads(4));

    const { exitCode, stderr } = await run(["deliver", file], { env });

    expect(exitCode).toBe(3);
    expect(stderr).toContain("Apollo is away: connections to it fail.");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });
});

describe("a worker that goes on by itself", () => {
  test("keeps its events, is not ready, and tries again after the probe interval", async () => {
    let well = false;
    const { env } = await breakingServer(() => !well);
    const waits: number[] = [];
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    const pipeline = await pipelineForTest(env, { probeMs: 30_000, sleep });

    const first = await pipeline.deliverEvents(leads(5));

    expect(first).toMatchObject({ problem: expect.any(String) as string, settledThrough: 0 });
    expect(pipeline.letters).toEqual([]);
    expect(pipeline.health.ready()).toEqual({ ready: false, reason: first.problem });
    expect(waits).not.toContain(30_000);

    well = true;
    const second = await pipeline.deliverEvents(leads(5));

    expect(second).toMatchObject({ problem: undefined, settledThrough: 5 });
    expect(waits).toContain(30_000);
    expect(pipeline.health.ready()).toEqual({ ready: true });
  });

  test("delivers other people's events past one that breaks its connection, as soon as there are any", async () => {
    const { env } = await breakingServer(onlyFirst);
    const pipeline = await pipelineForTest(env, { probeMs: 30_000 });

    expect(await pipeline.deliverEvents([lead(1)])).toMatchObject({ settledThrough: 0 });
    expect(pipeline.letters).toEqual([]);

    expect(await pipeline.deliverEvents(leads(5))).toMatchObject({ problem: undefined, settledThrough: 5 });
    expect(pipeline.letters).toMatchObject([{ messageId: "message-1" }]);
  });

  test("with deduplication off makes dead letters of what may be delivered, of three people in each interval", async () => {
    const { env } = await breakingServer(all);
    const pipeline = await pipelineForTest(env, { dedupe: false, probeMs: 30_000 });

    const { problem, settledThrough } = await pipeline.deliverEvents(leads(20));

    expect(problem).toEqual(expect.any(String));
    expect(settledThrough).toBe(3);
    expect(pipeline.letters).toHaveLength(3);
    expect(pipeline.health.ready()).toMatchObject({ ready: false });
  });
});
