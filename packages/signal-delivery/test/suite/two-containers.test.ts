import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";

import { describe, expect, test } from "vitest";

import { thisProcess } from "../../src/journal/process-identity.js";
import { emailOf, leads } from "../support/events.js";
import { folderForTest } from "../support/folder.js";
import { killedAt } from "../support/killer.js";
import { hasPidNamespaces, inPidNamespace } from "../support/pid-namespace.js";
import { startProgram } from "../support/program.js";
import { run } from "../support/run.js";
import { sandboxForTest } from "../support/sandbox.js";
import { unless } from "../support/unless.js";
import { sized } from "./size.js";

const isRoot = process.getuid?.() === 0;
const why = unless(hasPidNamespaces || !isRoot, "unshare --pid --mount-proc does not work here, on Linux as root");

describe.runIf(hasPidNamespaces)(`containers of one hostname on one folder${why}`, () => {
  /** A delivery in a container of its own, held in its first call. */
  async function heldDelivery(delayMs: number) {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const input = await folder.write("leads.ndjson", leads(3));
    const argv = ["deliver", "--json", "--no-dedupe", input];
    sandbox.failNext({ kind: "slow", delayMs });
    const first = startProgram(argv, { env: sandbox.env, before: inPidNamespace });
    await expect.poll(() => sandbox.requests().length, { timeout: 20_000 }).toBe(1);
    return { folder, sandbox, argv, first, lock: `${input}.journal.lock` };
  }
  const waiting = (lock: string) => `Waiting up to 15 s to see whether the process that holds ${lock} is alive.`;

  test("do not take each other's lock: the second says that it waits, and refuses", async () => {
    const { sandbox, argv, first, lock } = await heldDelivery(10_000);

    const second = await startProgram(argv, { env: sandbox.env, before: inPidNamespace }).ended;

    expect(second).toMatchObject({ exitCode: 2, stdout: "" });
    const [waits, refused, ...rest] = second.stderr.split("\n");
    expect(waits).toBe(waiting(lock));
    expect(refused).toMatch(
      /^Another process \(\d+ on .*, in another container or on another machine\) is at work here\./,
    );
    expect(refused).toContain(`remove ${lock}.`);
    expect(rest).toEqual([""]);
    expect(sandbox.requests()).toHaveLength(1);
    expect((await first.ended).exitCode).toBe(0);
    expect(sandbox.contacts()).toHaveLength(3);
  }, 60_000);

  test("of which one was killed: the other takes over after 15 s without a beat, and sends nothing twice", async () => {
    const { folder, sandbox, argv, first, lock } = await heldDelivery(60_000);
    // With it dies its namespace.
    first.process.kill("SIGKILL");
    await first.ended;
    expect(existsSync(lock)).toBe(true);

    // In a test's own time, which passes only while the program waits.
    const { exitCode, stderr, waits } = await run(argv, { env: sandbox.env });

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${waiting(lock)}\n`);
    expect(waits.slice(0, 15)).toEqual(Array.from({ length: 15 }, () => 1_000));
    expect(await folder.deadLetters("leads.ndjson.dead-letters.ndjson")).toMatchObject([
      { position: 1, reason: "maybe_delivered" },
    ]);
    expect(sandbox.requests().map(({ body }) => (body as { email: string }).email)).toEqual([1, 2, 3].map(emailOf));
    expect(existsSync(lock)).toBe(false);
  }, 60_000);

  const many = sized(6, 20);
  test(`${many} that find the lock of nobody at once: one delivers`, async () => {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const input = await folder.write("leads.ndjson", leads(3));
    await folder.write("leads.ndjson.journal.lock", "null");
    sandbox.failNext({ kind: "slow", delayMs: 12_000 });

    const argv = ["deliver", "--json", "--no-dedupe", input];
    const ends = await Promise.all(
      Array.from({ length: many }, () => startProgram(argv, { env: sandbox.env, before: inPidNamespace }).ended),
    );

    const others = Array.from({ length: many - 1 }, () => 2);
    expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, ...others]);
    expect(sandbox.requests()).toHaveLength(3);
    expect((await readdir(folder.path)).filter((name) => name.includes(".lock"))).toEqual([]);
  }, 180_000);
});

describe.runIf(process.platform === "linux")("a process that is killed over the takeover of a dead lock", () => {
  /**
   * When it has written who it is. After that, two steps for each of: a link that finds the lock, the claim, the removal of the
   * lock, the link, and the removal of the claim and of what was written.
   */
  const FIRST_STEP = 4;
  const LAST_STEP = FIRST_STEP + 12;

  async function deadLock() {
    const folder = await folderForTest();
    const sandbox = await sandboxForTest();
    const input = await folder.write("leads.ndjson", leads(2));
    const dead = { token: "dead", ...thisProcess(), pid: 2 ** 22 + 1 };
    await folder.write("leads.ndjson.journal.lock", JSON.stringify(dead));
    const argv = ["deliver", input];
    const endOf = async (step: number) => {
      const env = { ...sandbox.env, ...(await killedAt(folder, step)) };
      return (await startProgram(argv, { env }).ended).exitCode;
    };
    const expectThatTheNextDelivers = async () => {
      expect((await run(argv, { env: sandbox.env })).exitCode).toBe(0);
      expect(sandbox.contacts()).toHaveLength(2);
      expect((await readdir(folder.path)).filter((name) => name.includes(".lock"))).toEqual([]);
    };
    return { endOf, expectThatTheNextDelivers };
  }

  test("leaves it to the next, at whatever step", async () => {
    for (let step = FIRST_STEP; step <= LAST_STEP; step++) {
      const { endOf, expectThatTheNextDelivers } = await deadLock();
      expect(await endOf(step)).toBeNull();
      await expectThatTheNextDelivers();
    }
  }, 120_000);

  test("leaves it to the next, however often it happens", async () => {
    const { endOf, expectThatTheNextDelivers } = await deadLock();
    for (const step of [8, 10, 12, 14, 8, 11]) expect(await endOf(step)).toBeNull();
    await expectThatTheNextDelivers();
  }, 60_000);
});
