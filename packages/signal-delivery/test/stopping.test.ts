import { writeFile } from "node:fs/promises";
import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import type { Io } from "@datafly/signal-apollo-worker";
import { lead, leads, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const stall = { kind: "stall" } as const;

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s: no more events are taken up, what is in the air ends in peace, exit %i", async (signal, expected) => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(20));
  sandbox.failNext({ kind: "slow", delayMs: 0 });
  sandbox.failNext({ kind: "slow", delayMs: 200 }, 2);
  const deliver = start(["deliver", "--json", "--concurrency", "2", file], {
    env: sandbox.env,
    sleep: untilAborted,
  });
  await expect.poll(() => sandbox.requests().length).toBe(3);

  deliver.send(signal);

  const { exitCode, stdout, stderr } = await deliver.ended;
  expect(exitCode).toBe(expected);
  expect(objectsOf(stdout).map(({ position, status }) => [position, status])).toEqual([
    [1, "delivered"],
    [2, "delivered"],
    [3, "delivered"],
  ]);
  expect(sandbox.requests()).toHaveLength(3);
  expect(stderr).toBe(
    "Stopping: finishing calls in flight. Press Ctrl-C again to stop immediately.\n" +
      "3 events: 3 delivered, 0 dropped, 0 rejected, 0 failed.\n" +
      "Rerun the same command to resume after line 3. Nothing that is done is sent twice.\n",
  );
  expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
});

test("before anything is settled, it says so", async () => {
  const sandbox = await sandboxForTest();
  const deliver = start(["deliver"], { env: sandbox.env, stdin: new PassThrough() });
  await expect.poll(deliver.listening).toBe(true);

  deliver.send("SIGINT");

  const { exitCode, stderr } = await deliver.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("No line of the input is done yet: rerun the same command.\n");
});

test("standard input that stays open does not hold it", async () => {
  const sandbox = await sandboxForTest();
  const stdin = new PassThrough();
  const deliver = start(["deliver", "--json"], { env: sandbox.env, stdin });
  stdin.write(ndjson([lead(1), pageView]));
  await expect.poll(deliver.stdout).toContain('"position":2');

  deliver.send("SIGINT");

  const { exitCode, stderr } = await deliver.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain(
    "Lines up to 2 of the input are done. Continue from line 3. With --spool, a run resumes automatically.\n",
  );
});

test("it does not wait for the quota", async () => {
  const sandbox = await sandboxForTest();
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "3600" } });
  const deliver = start(["deliver"], { env: sandbox.env, stdin: ndjson(leads(3)), sleep: untilAborted });
  await expect.poll(() => deliver.waits.length).toBe(1);

  deliver.send("SIGINT");

  expect(await deliver.ended).toMatchObject({ exitCode: 130 });
  expect(sandbox.requests()).toHaveLength(1);
});

describe("a second signal ends the call in the air at once", () => {
  test("with deduplication on the event is left to do, since it can be sent again", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), lead(2), lead(2, { messageId: "later" }), lead(3)]);
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    sandbox.failNext(stall, 9);
    const deliver = start(["deliver", "--json", file], { env: sandbox.env, sleep: untilAborted });
    await expect.poll(() => sandbox.requests().length).toBe(3);

    deliver.send("SIGINT");
    deliver.send("SIGINT");

    const { exitCode, stdout, stderr } = await deliver.ended;
    expect(exitCode).toBe(130);
    expect(objectsOf(stdout)).toMatchObject([{ position: 1, status: "delivered" }]);
    expect(stderr).toContain("Rerun the same command to resume after line 1.");
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
    // The third line is of the person of the second, and was never sent.
    expect(sandbox.requests()).toHaveLength(3);
  });

  test("with deduplication off it is a dead letter, since it may have been delivered", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), lead(2), lead(2), lead(3)]);
    sandbox.failNext({ kind: "slow", delayMs: 0 });
    sandbox.failNext(stall, 2);
    const deliver = start(["deliver", "--json", "--no-dedupe", file], { env: sandbox.env, sleep: untilAborted });
    await expect.poll(() => sandbox.requests().length).toBe(3);

    deliver.send("SIGINT");
    deliver.send("SIGINT");

    const { exitCode, stdout, stderr } = await deliver.ended;
    expect(exitCode).toBe(130);
    expect(objectsOf(stdout).sort((a, b) => Number(a.position) - Number(b.position))).toMatchObject([
      { position: 1, status: "delivered" },
      { position: 2, status: "failed", reason: "aborted", attempts: 1 },
      { position: 4, status: "failed", reason: "aborted", attempts: 1 },
    ]);
    const letters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(letters.sort((a, b) => Number(a.position) - Number(b.position))).toMatchObject([
      { position: 2, reason: "aborted", class: "final", maybeDelivered: true, event: lead(2) },
      { position: 4, reason: "aborted", class: "final", maybeDelivered: true, event: lead(3) },
    ]);
    expect(stderr).toContain("Rerun the same command to resume after line 2.");

    const again = await run(["deliver", "--no-dedupe", file], { env: sandbox.env });
    expect(again.stderr).toContain("Resuming after line 2, where the last run ended; 1 later line is done, too.\n");
    expect(again.stderr).toContain("1 delivered");
  });

  test("a call that waits for its repeat was not delivered, and is left to do", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));
    sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "30" } });
    const deliver = start(["deliver", "--no-dedupe", file], { env: sandbox.env, sleep: untilAborted });
    await expect.poll(() => deliver.waits.length).toBe(1);

    deliver.send("SIGTERM");
    deliver.send("SIGTERM");

    expect(await deliver.ended).toMatchObject({ exitCode: 143 });
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toEqual([]);
  });
});

describe("a reader that does not read", () => {
  async function jammed(argv: readonly string[], sleep?: Io["sleep"]) {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write(
      "pages.ndjson",
      Array.from({ length: 500 }, () => pageView),
    );
    const deliver = start(["deliver", "--json", ...argv, file], {
      env: sandbox.env,
      ...(sleep && { sleep }),
      deaf: true,
    });
    await expect.poll(deliver.jammed).toBe(true);
    return { deliver, file, env: sandbox.env };
  }

  test("is not waited for after a second signal, and the journal is written", async () => {
    const { deliver, file, env } = await jammed([], untilAborted);

    deliver.send("SIGTERM");
    deliver.send("SIGTERM");

    const { exitCode, stderr } = await deliver.ended;
    expect(exitCode).toBe(143);
    const [, through] = /to resume after line (\d+)\./.exec(stderr) ?? [];
    const next = await run(["deliver", file], { env });
    expect(next.stderr).toContain(`Resuming after line ${through}, where the last run ended.\n`);
  });

  test("nor when the drain time-out has passed", async () => {
    const { deliver } = await jammed(["--drain-timeout", "1"]);

    deliver.send("SIGINT");

    expect(await deliver.ended).toMatchObject({ exitCode: 130, waits: [1_000] });
  });
});

test("what does not come back whatever is done is not waited for either: the process is ended by the signal", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const pipe = await folder.pipe("pipe");
  const argv = ["deliver", "--drain-timeout", "7", "--dead-letters", folder.at("dead.ndjson"), pipe];
  const deliver = start(argv, { env: sandbox.env, sleep: untilAborted });
  await expect.poll(deliver.listening).toBe(true);

  deliver.send("SIGINT");
  deliver.send("SIGINT");

  // The time-out, or none, and a moment to write the journal.
  expect(deliver.lastResorts).toEqual([
    { ms: 10_000, signal: "SIGINT" },
    { ms: 3_000, signal: "SIGINT" },
  ]);
  await writeFile(pipe, "");
  expect(await deliver.ended).toMatchObject({ exitCode: 130 });
});
