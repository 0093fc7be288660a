import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { PassThrough } from "node:stream";

import { describe, expect, onTestFinished, test, vi } from "vitest";

import { spool } from "../src/source/spool.js";
import { emailOf, lead, leads, nameless, ndjson, pageView } from "./support/events.js";
import { folderForTest } from "./support/folder.js";
import { answerCreated, serverForTest } from "./support/http-server.js";
import { posix } from "./support/posix.js";
import { startProgram, startShell } from "./support/program.js";
import { objectsOf, run, start, untilAborted } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

const soon = { kind: "slow", delayMs: 0 } as const;
const positionsOf = (stdout: string) => objectsOf(stdout).map(({ position }) => position);

describe("the same command once more", () => {
  test("where all is settled, sends nothing and says so", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), nameless, pageView]);
    expect(await run(["deliver", file], { env: sandbox.env })).toMatchObject({ exitCode: 1 });

    const { exitCode, stdout, stderr } = await run(["deliver", file], { env: sandbox.env });

    expect([exitCode, stdout]).toEqual([0, ""]);
    const letters = `${file}.dead-letters.ndjson`;
    expect(stderr).toBe(
      "Resuming after line 3, where the last run ended.\nNothing is left to do. --restart begins anew.\n" +
        `Dead letters are kept in ${letters}. To send them again: signal-apollo dead-letters replay ${letters}\n`,
    );
    expect(sandbox.requests()).toHaveLength(1);
  });

  test("says of an empty file that it is empty, and not that all is done", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", []);

    for (const time of ["first", "second"]) {
      expect([time, await run(["deliver", file], { env: sandbox.env })]).toMatchObject([
        time,
        { exitCode: 0, stderr: "The file holds no events.\n" },
      ]);
    }
  });

  test("delivers what has been added to the file since", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));
    await run(["deliver", file], { env: sandbox.env });
    await appendFile(file, ndjson([lead(3), lead(4)]));

    const { exitCode, stdout } = await run(["deliver", "--json", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(positionsOf(stdout).sort()).toEqual([3, 4]);
    expect(sandbox.requests()).toHaveLength(4);
  });

  test("with --restart delivers everything once more", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(3));
    await run(["deliver", file], { env: sandbox.env });

    const { exitCode, stdout } = await run(["deliver", "--json", "--restart", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(positionsOf(stdout).sort()).toEqual([1, 2, 3]);
    expect(sandbox.contacts()).toHaveLength(3);
  });

  test("after Ctrl-C sends what was not settled, and only that, also where much of the file was not read yet", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2000));
    const deliver = start(["deliver", "--json", file], { env: sandbox.env, sleep: untilAborted });
    await expect.poll(() => sandbox.requests().length).toBeGreaterThan(20);
    deliver.send("SIGINT");
    const first = await deliver.ended;
    expect(first.exitCode).toBe(130);

    const second = await run(["deliver", "--json", file], { env: sandbox.env });

    expect(second.exitCode).toBe(0);
    expect([...positionsOf(first.stdout), ...positionsOf(second.stdout)].sort((a, b) => Number(a) - Number(b))).toEqual(
      leads(2000).map((_, index) => index + 1),
    );
    expect(sandbox.requests()).toHaveLength(2000);
  });

  test("where the journal is somewhere else, finds it there", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));
    const argv = ["deliver", "--journal", folder.at("progress"), file];

    await run(argv, { env: sandbox.env });
    const { stderr } = await run(argv, { env: sandbox.env });

    expect(stderr).toContain("Nothing is left to do.");
    expect(existsSync(`${file}.journal`)).toBe(false);
    if (posix) expect((await stat(folder.at("progress"))).mode & 0o777).toBe(0o600);
  });
});

describe("after a crash", () => {
  /** Ends a program by SIGKILL while lines 2 and 3 are in the air; the first is settled, and that is noted. */
  async function crashedRun(flags: readonly string[]) {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(5));
    sandbox.failNext(soon);
    sandbox.failNext({ kind: "stall", written: true }, 2);
    const { process, ended } = startProgram(["deliver", ...flags, "--concurrency", "2", file], { env: sandbox.env });
    await expect.poll(() => sandbox.requests().length, { timeout: 10_000 }).toBe(3);
    await expect.poll(() => readFile(`${file}.journal`, "utf8")).toContain('{"settled":1,');
    process.kill("SIGKILL");
    await ended;
    return { folder, sandbox, file };
  }

  test("with deduplication on, what was in the air is sent again, and makes no second contact", async () => {
    const { sandbox, file } = await crashedRun([]);

    const { exitCode, stdout } = await run(["deliver", "--json", file], { env: sandbox.env });

    expect(exitCode).toBe(0);
    expect(positionsOf(stdout).sort()).toEqual([2, 3, 4, 5]);
    expect(
      sandbox
        .contacts()
        .map(({ email }) => email)
        .sort(),
    ).toEqual([1, 2, 3, 4, 5].map(emailOf));
  });

  test("with deduplication off, it is never sent again: dead letters, for a person to look at", async () => {
    const { folder, sandbox, file } = await crashedRun(["--no-dedupe"]);

    const { exitCode, stdout, stderr } = await run(["deliver", "--json", "--no-dedupe", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(
      objectsOf(stdout)
        .map(({ position, status, reason }) => [position, status, reason])
        .sort(([a], [b]) => Number(a) - Number(b)),
    ).toEqual([
      [2, "failed", "maybe_delivered"],
      [3, "failed", "maybe_delivered"],
      [4, "delivered", undefined],
      [5, "delivered", undefined],
    ]);
    expect(stderr).toContain(`Dead letters: 2 added to ${file}.dead-letters.ndjson\n`);
    const uncertain = { reason: "maybe_delivered", class: "final", maybeDelivered: true, attempts: 1 };
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { position: 2, ...uncertain, event: lead(2) },
      { position: 3, ...uncertain, event: lead(3) },
    ]);
    const sent = sandbox.requests().map(({ body }) => (body as { email: string }).email);
    expect(sent.sort()).toEqual([1, 2, 3, 4, 5].map(emailOf));
  });

  test("between a dead letter and the journal, the letter is not written twice", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [nameless, lead(2), "{"]);
    await run(["deliver", file], { env: sandbox.env });
    // As if the crash had come before the journal knew of anything.
    const [checkpoint = ""] = (await readFile(`${file}.journal`, "utf8")).split("\n");
    const known = JSON.parse(checkpoint) as { readonly fingerprint: object };
    const fingerprint = { ...known.fingerprint, offset: 0, tail: createHash("sha256").digest("hex") };
    const nothing = { ...known, version: 1, fingerprint, position: 0, beyond: [] };
    await writeFile(`${file}.journal`, `${JSON.stringify(nothing)}\n`);

    const { exitCode, stdout, stderr } = await run(["deliver", "--json", file], { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Dead letters: 2 of earlier runs of this file in ${file}.dead-letters.ndjson\n`);
    expect(positionsOf(stdout)).toEqual([2]);
    const letters = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    expect(letters.map(({ position }) => position)).toEqual([1, 3]);
  });
});

describe.each([[], ["--no-dedupe"]])("a file that was edited beyond where a killed run had come to %s", (...flags) => {
  /** Kills a run while line 2 is in flight and lines 3 and 4 are settled. What is at its head does not tell: it is long. */
  async function killedRun() {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const events = [lead(1, { properties: { filler: "x".repeat(70_000) } }), ...leads(6).slice(1)];
    const file = await folder.write("leads.ndjson", events);
    sandbox.failNext(soon);
    sandbox.failNext({ kind: "stall", written: false });
    const argv = ["deliver", ...flags, "--concurrency", "2", file];
    const { process, ended } = startProgram(argv, { env: sandbox.env });
    await expect
      .poll(() => readFile(`${file}.journal`, "utf8").catch(() => ""), { timeout: 10_000 })
      .toContain('{"settled":4,');
    process.kill("SIGKILL");
    await ended;
    return { sandbox, file, events, deliver: () => run(argv, { env: sandbox.env }) };
  }

  test.each([
    ["a line removed", (events: unknown[]) => events.toSpliced(1, 1)],
    ["eight lines added", (events: unknown[]) => events.toSpliced(1, 0, ...leads(20).slice(12))],
  ])("is refused before anything is sent: %s", async (_, edit) => {
    const { sandbox, file, events, deliver } = await killedRun();
    const sent = sandbox.requests().length;
    await writeFile(file, ndjson(edit(events)));

    const { exitCode, stderr } = await deliver();

    expect([exitCode, sandbox.requests().length]).toEqual([2, sent]);
    expect(stderr).toMatch(/^This file has changed: line \d+ is not the one that .*\.journal has noted/);
    await writeFile(file, ndjson(events));
    expect((await deliver()).exitCode).toBe(flags.length);
  });
});

test("dead letters that were edited beyond where a stopped replay had come to are refused before anything is sent", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const letter = (position: number, parts = {}) => ({
    position,
    messageId: null,
    status: "failed",
    reason: "invalid_contact",
    class: "final",
    message: "Refused",
    maybeDelivered: false,
    attempts: 1,
    warnings: [],
    lastAt: "2026-02-25T14:30:00.000Z",
    event: lead(position),
    ...parts,
  });
  const letters = [letter(1, { message: "x".repeat(70_000) }), ...[2, 3, 4].map((position) => letter(position))];
  const file = await folder.write("dead.ndjson", letters);
  sandbox.failNext(soon);
  sandbox.failNext({ kind: "stall", written: false });
  const argv = ["dead-letters", "replay", "--concurrency", "2", file];
  const { process, ended } = startProgram(argv, { env: sandbox.env });
  await expect
    .poll(() => readFile(`${file}.journal`, "utf8").catch(() => ""), { timeout: 10_000 })
    .toContain('{"settled":4,');
  process.kill("SIGKILL");
  await ended;
  const sent = sandbox.requests().length;
  await writeFile(file, ndjson(letters.toSpliced(1, 1)));

  const { exitCode, stderr } = await run(argv, { env: sandbox.env });

  expect([exitCode, sandbox.requests().length]).toEqual([2, sent]);
  expect(stderr).toContain("This file has changed: line 3 is not the one");
});

test("the run that comes to the end of a file ends with 1 for the letters of one that stopped before, and only that run", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", [lead(1), nameless, lead(2)]);
  const argv = ["deliver", "--concurrency", "1", file];
  sandbox.failNext(soon);
  sandbox.failNext({ kind: "status", status: 401 });
  expect((await run(argv, { env: sandbox.env })).exitCode).toBe(3);

  const second = await run(argv, { env: sandbox.env });
  const third = await run(argv, { env: sandbox.env });

  expect(second.exitCode).toBe(1);
  expect(second.stderr).toContain(
    `Dead letters: 1 of earlier runs of this file in ${file}.dead-letters.ndjson\nTo send them again: signal-apollo dead-letters replay`,
  );
  expect(third).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Nothing is left to do.") as string });
});

test("a call that was certainly not carried out is not in the air for the next run, with deduplication off either", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(1));
  sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "3600" } });
  const argv = ["deliver", "--no-dedupe", file];
  const first = start(argv, { env: sandbox.env, sleep: untilAborted });
  await expect.poll(() => first.waits.length).toBe(1);
  first.send("SIGTERM");
  expect(await first.ended).toMatchObject({ exitCode: 143 });

  const second = await run(argv, { env: sandbox.env });

  expect(second.exitCode).toBe(0);
  expect(sandbox.contacts()).toHaveLength(1);
});

describe("a second process", () => {
  test("on the same file ends with exit 2, and leaves everything to the first, dead letters too", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", [lead(1), lead(2), nameless]);
    sandbox.failNext(soon);
    sandbox.failNext({ kind: "status", status: 429, headers: { "retry-after": "3600" } });
    const first = startProgram(["deliver", "--concurrency", "1", file], { env: sandbox.env });
    await expect.poll(() => existsSync(`${file}.journal.lock`), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => sandbox.requests().length, { timeout: 10_000 }).toBe(2);

    for (const flags of [[], ["--restart"]]) {
      const second = await run(["deliver", ...flags, file], { env: sandbox.env });
      expect(second).toMatchObject({ exitCode: 2, stdout: "" });
      expect(second.stderr).toBe(
        `Another process (${String(first.process.pid)} on ${hostname()}) is at work here. If that is not so, remove ${file}.journal.lock.\n`,
      );
    }

    expect(sandbox.requests()).toHaveLength(2);
    first.process.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ exitCode: posix ? 143 : null });
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([{ messageId: "nameless" }]);
  });

  test("does not take away the file of dead letters that the first has opened and not used yet", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const dead = ["--dead-letters", folder.at("dead.ndjson")];
    const stdin = new PassThrough();
    const first = start(["deliver", ...dead], { env: sandbox.env, stdin });
    await expect.poll(() => existsSync(folder.at("dead.ndjson"))).toBe(true);

    const second = await run(["deliver", ...dead], { env: sandbox.env, stdin: ndjson(leads(1)) });
    expect(second.exitCode).toBe(0);
    stdin.end(ndjson([nameless]));

    expect(await first.ended).toMatchObject({ exitCode: 1 });
    expect(await folder.deadLetters("dead.ndjson")).toMatchObject([{ messageId: "nameless" }]);
  });
});

test("dead letters whose file was removed in mid-run go into a new one", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const stdin = new PassThrough();
  const dead = folder.at("dead.ndjson");
  const deliver = start(["deliver", "--json", "--dead-letters", dead], { env: sandbox.env, stdin });
  stdin.write(ndjson([nameless]));
  await expect.poll(deliver.stdout).toContain("nameless");
  await rm(dead);

  stdin.end(ndjson([{ ...nameless, messageId: "later" }]));

  expect(await deliver.ended).toMatchObject({ exitCode: 1 });
  expect(await folder.deadLetters("dead.ndjson")).toMatchObject([{ messageId: "later" }]);
});

describe("a journal that cannot be kept", () => {
  test.each([
    ["in a folder that is not there", "no/where", /^Cannot write .*: there is no such file or folder\./],
    [
      "behind a file",
      "leads.ndjson/journal",
      posix ? /^Cannot write .*: a part of its path is no folder\./ : /^Cannot write .*: there is no/,
    ],
    ["in the place of a folder", "folder", /^.*folder is not a journal\. Choose another file with --journal\.\n$/],
    ["in the place of the events", "leads.ndjson", /^.*leads.ndjson is not a journal\. Choose another file with/],
  ])("%s is found out before the first call", async (_, name, sentence) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    await mkdir(folder.at("folder"));
    const file = await folder.write("leads.ndjson", leads(2));

    for (const flags of [[], ["--restart"]]) {
      const argv = ["deliver", ...flags, "--journal", folder.at(name), file];
      const { exitCode, stderr } = await run(argv, { env: sandbox.env });
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(sentence)]);
    }

    expect(sandbox.requests()).toEqual([]);
    expect(await readFile(file, "utf8")).toBe(ndjson(leads(2)));
  });

  test.runIf(posix)("in the place of a device leaves the device alone", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));

    const { exitCode } = await run(["deliver", "--restart", "--journal", "/dev/null", file], { env: sandbox.env });

    expect(exitCode).toBe(2);
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });

  test("of standard input, which cannot be read again, is refused", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();

    const { exitCode, stderr } = await run(["deliver", "--journal", folder.at("j")], { env: sandbox.env });

    expect([exitCode, stderr]).toEqual([2, "--journal needs a file to go on in. For standard input, use --spool.\n"]);
  });

  test("any more, since its folder is gone, ends the run with exit 3, not as if all were well", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", leads(2));
    await mkdir(folder.at("progress"));
    const { url } = await serverForTest((response) => {
      void rm(folder.at("progress"), { recursive: true, force: true }).then(() => {
        answerCreated(response);
      });
    });
    const journal = folder.at("progress/journal");

    const { exitCode, stderr } = await run(["deliver", "--journal", journal, file], {
      env: { ...sandbox.env, APOLLO_BASE_URL: url },
    });

    expect(exitCode).toBe(3);
    expect(stderr).toContain(`Stopped. Cannot write the journal ${journal}: there is no such file or folder.\n`);
  });

  test.runIf(posix)("any more for want of room stops the line; with room again, no event is sent twice", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    await folder.write("leads.ndjson", leads(300));
    // No file may grow beyond two kilobytes.
    const full = startShell("ulimit -f 4; signal_apollo deliver --no-dedupe leads.ndjson", {
      cwd: folder.path,
      env: sandbox.env,
    });
    const stopped = await full.ended;
    expect(stopped.exitCode).toBe(3);
    expect(stopped.stderr).toMatch(/Stopped\. Cannot write the journal leads\.ndjson\.journal: /);
    const sentBefore = sandbox.requests().length;
    expect(sentBefore).toBeGreaterThan(10);
    expect(sentBefore).toBeLessThan(290);

    const { ended } = startProgram(["deliver", "--no-dedupe", "leads.ndjson"], {
      cwd: folder.path,
      env: sandbox.env,
    });
    await ended;

    const sent = sandbox.requests().map(({ body }) => (body as { email: string }).email);
    expect(new Set(sent).size).toBe(sent.length);
    const dead = await folder.deadLetters("leads.ndjson.dead-letters.ndjson");
    const letters = dead.map(({ position, reason }) => [emailOf(Number(position)), reason]);
    for (const [, reason] of letters) expect(reason).toBe("maybe_delivered");
    const accounted = new Set([...sent, ...letters.map(([email]) => email)]);
    expect(accounted.size).toBe(300);
  });
});

describe("a last line that is not ended", () => {
  const half = (person: number) => ndjson([lead(person)]).slice(0, 100);
  const rest = (person: number) => ndjson([lead(person)]).slice(100);

  test("and only half there is left until the rest of it has come, and everything before it is delivered", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", `${ndjson(leads(30))}${half(31)}`);

    const first = await run(["deliver", file], { env: sandbox.env });

    expect(first.exitCode).toBe(3);
    expect(first.stderr).toBe(
      "30 events: 30 delivered, 0 dropped, 0 rejected, 0 failed.\n" +
        "Stopped. Line 31, the last, is only half there. If the file is still being written, wait for the rest; if not, end the line, and it becomes a dead letter.\n" +
        "Rerun the same command to resume after line 30. Nothing that is done is sent twice.\n",
    );
    await appendFile(file, `${rest(31)}${ndjson([lead(32)])}`);
    const second = await run(["deliver", "--json", file], { env: sandbox.env });

    expect(second.exitCode).toBe(0);
    expect(positionsOf(second.stdout)).toEqual([31, 32]);
    expect(sandbox.contacts()).toHaveLength(32);
  });

  test("becomes a dead letter once it is ended", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", half(1));
    expect(await run(["deliver", file], { env: sandbox.env })).toMatchObject({ exitCode: 3 });

    await appendFile(file, "\n");

    expect(await run(["deliver", file], { env: sandbox.env })).toMatchObject({ exitCode: 1 });
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([{ position: 1 }]);
  });

  test("and is whole is delivered at once, and the lines after it keep their numbers", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const file = await folder.write("leads.ndjson", ndjson(leads(2)).trimEnd());
    const first = await run(["deliver", "--json", file], { env: sandbox.env });
    expect([first.exitCode, positionsOf(first.stdout)]).toEqual([0, [1, 2]]);

    await appendFile(file, `\n${ndjson([lead(3)])}\n${ndjson([lead(5)])}`);

    const second = await run(["deliver", "--json", file], { env: sandbox.env });
    expect([second.exitCode, positionsOf(second.stdout)]).toEqual([0, [3, 5]]);
  });

  test.each([[["-"]], [["--spool", "spooled.ndjson"]]])(
    "of standard input is a dead letter: %j",
    async ([option, name]) => {
      const folder = await folderForTest();
      const sandbox = await sandboxForTest();
      const dead = folder.at("dead.ndjson");
      const argv = ["deliver", "--dead-letters", dead, ...(name === undefined ? [] : [option ?? "", folder.at(name)])];

      const { exitCode } = await run(argv, { env: sandbox.env, stdin: `${ndjson([lead(1)])}${half(2)}` });

      expect(exitCode).toBe(1);
      expect(await folder.deadLetters("dead.ndjson")).toMatchObject([{ position: 2, reason: "invalid_json" }]);
    },
  );
});

describe("--spool", () => {
  test("keeps standard input in a file, readable by its owner only, from which a later run goes on", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const spooled = folder.at("spooled.ndjson");
    sandbox.failNext(soon, 2);
    sandbox.failNext({ kind: "status", status: 401 });
    const first = await run(["deliver", "--json", "--concurrency", "1", "--spool", spooled], {
      env: sandbox.env,
      stdin: ndjson(leads(5)),
    });
    expect(first.exitCode).toBe(3);
    expect(await readFile(spooled, "utf8")).toBe(ndjson(leads(5)));
    if (posix) expect((await stat(spooled)).mode & 0o777).toBe(0o600);

    const second = await run(["deliver", "--json", spooled], { env: sandbox.env });

    expect(second.exitCode).toBe(0);
    expect([...positionsOf(first.stdout), ...positionsOf(second.stdout)].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test("sends nothing before standard input has ended", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const stdin = new PassThrough();
    const deliver = start(["deliver", "--spool", folder.at("spooled.ndjson")], { env: sandbox.env, stdin });
    stdin.write(ndjson(leads(2)));
    await expect.poll(() => readFile(folder.at("spooled.ndjson"), "utf8").catch(() => "")).toBe(ndjson(leads(2)));
    expect(sandbox.requests()).toEqual([]);

    stdin.end();

    expect(await deliver.ended).toMatchObject({ exitCode: 0 });
    expect(sandbox.contacts()).toHaveLength(2);
  });

  test("has it on disk before anything is sent: it may stand nowhere else", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const any = await open(await folder.write("any", ""));
    const sync = vi.spyOn(Object.getPrototypeOf(any) as FileHandle, "sync");
    await any.close();
    onTestFinished(() => {
      sync.mockRestore();
    });
    const stdin = new PassThrough();
    const deliver = start(["deliver", "--spool", folder.at("spooled.ndjson")], { env: sandbox.env, stdin });
    await expect.poll(() => existsSync(folder.at("spooled.ndjson"))).toBe(true);
    sync.mockRejectedValue(Object.assign(new Error("sync"), { code: "ENOSPC" }));

    stdin.end(ndjson(leads(2)));

    const { exitCode, stderr } = await deliver.ended;
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("the disk is full. Nothing was sent;")]);
    expect(sandbox.requests()).toEqual([]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ended by %s says what became of it, and nothing of what is in the air", async (signal, expected) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const spooled = folder.at("spooled.ndjson");
    const deliver = start(["deliver", "--spool", spooled], { env: sandbox.env, stdin: new PassThrough() });
    await expect.poll(() => existsSync(spooled)).toBe(true);

    deliver.send(signal);

    expect(await deliver.ended).toMatchObject({
      exitCode: expected,
      stderr: `Stopping. Press Ctrl-C again to stop immediately.\nInterrupted while standard input was written to ${spooled}; nothing was sent.\n`,
    });
    expect(existsSync(spooled)).toBe(false);
  });

  test("does not write over what is there", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const spooled = await folder.write("spooled.ndjson", leads(1));

    const { exitCode, stderr } = await run(["deliver", "--spool", spooled], {
      env: sandbox.env,
      stdin: ndjson(leads(2)),
    });

    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `${spooled} is there already. To go on with what it holds, deliver it as a file; to spool anew, remove it or choose another one.\n`,
    );
    expect(await readFile(spooled, "utf8")).toBe(ndjson(leads(1)));
    expect(sandbox.requests()).toEqual([]);
  });

  test("keeps what it has when the disk is full, and says that it is not all", async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const spooled = folder.at("spooled.ndjson");
    const stdin = new PassThrough();
    const deliver = start(["deliver", "--spool", spooled], { env: sandbox.env, stdin });
    stdin.write(ndjson(leads(1)));
    await expect.poll(() => readFile(spooled, "utf8").catch(() => "")).toBe(ndjson(leads(1)));

    stdin.destroy(Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));

    expect(await deliver.ended).toMatchObject({
      exitCode: 2,
      stderr: `Cannot write standard input to ${spooled}: the disk is full. Nothing was sent; ${spooled} holds only the beginning, and has to give way first.\n`,
    });
    expect(await readFile(spooled, "utf8")).toBe(ndjson(leads(1)));
    expect(sandbox.requests()).toEqual([]);
  });

  test("does not remove what is there, though it is stopped before it has begun", async () => {
    const folder = await folderForTest();
    const spooled = await folder.write("spooled.ndjson", leads(1));

    await expect(spool(spooled, { stdin: new PassThrough() }, AbortSignal.abort())).rejects.toThrow("is there already");

    expect(await readFile(spooled, "utf8")).toBe(ndjson(leads(1)));
  });

  test.each([
    [
      "to a folder that is not there",
      "no/where",
      [],
      /^Cannot write standard input to .*: there is no such file or folder\.\n$/,
    ],
    ["of a file", "spooled", ["leads.ndjson"], /^--spool is for standard input; a file needs none\.\n$/],
  ])("%s is refused", async (_, name, argument, sentence) => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();

    const { exitCode, stderr } = await run(["deliver", "--spool", folder.at(name), ...argument], { env: sandbox.env });

    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });
});

test("a file that is written anew in place while it is read stops the run, which does not count the new one as done", async () => {
  const folder = await folderForTest();
  const old = Array.from({ length: 6 }, (_, index) => lead(index + 1));
  const anew = Array.from({ length: 7 }, (_, index) => lead(index + 11));
  const file = await folder.write("leads.ndjson", old);
  const sent: unknown[] = [];
  const { url } = await serverForTest((response, { email }) => {
    sent.push(email);
    void folder.write("leads.ndjson", anew).then(() => {
      answerCreated(response);
    });
  });
  const env = { APOLLO_API_KEY: "key", APOLLO_BASE_URL: url };

  const first = await run(["deliver", file], { env });
  const second = await run(["deliver", file], { env });
  const third = await run(["deliver", "--restart", file], { env });

  expect(first.exitCode).toBe(3);
  expect(first.stderr).toMatch(
    /Stopped\. The file was changed while it was read, so that it is not known which of its lines are done\. Begin anew with --restart\.\n$/,
  );
  expect([second.exitCode, second.stderr]).toEqual([2, expect.stringContaining("Begin anew with --restart.")]);
  expect(third.stderr).toContain("7 delivered");
  expect(sent).toEqual(expect.arrayContaining(anew.map((_, index) => emailOf(index + 11))));
});

test("a file that is moved away while it is read is read on, and its journal stays where it was", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const file = await folder.write("leads.ndjson", leads(50));
  sandbox.failNext({ kind: "slow", delayMs: 100 });
  const deliver = start(["deliver", "--json", file], { env: sandbox.env });
  await expect.poll(() => sandbox.requests().length).toBe(1);

  await rename(file, folder.at("moved.ndjson"));

  expect(await deliver.ended).toMatchObject({ exitCode: 0 });
  expect(sandbox.contacts()).toHaveLength(50);
});
