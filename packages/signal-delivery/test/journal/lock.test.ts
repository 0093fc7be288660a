import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

import { describe, expect, onTestFinished, test } from "vitest";

import { Interrupted } from "../../src/interrupted.js";
import { takeLock, type LockOptions } from "../../src/journal/lock.js";
import { thisProcess } from "../../src/journal/process-identity.js";
import { folderForTest } from "../support/folder.js";

const isLinux = process.platform === "linux";

/** A place for a lock, and a time that passes only while a lock is waited for. */
async function lockForTest() {
  const folder = await folderForTest();
  const path = folder.at("leads.ndjson.journal.lock");
  const said: string[] = [];
  let waited = 0;
  let onWait: () => Promise<unknown> = () => Promise.resolve();
  const take = async (options: LockOptions = {}) => {
    const lock = await takeLock(path, {
      say: (message) => Promise.resolve(void said.push(message)),
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        waited += ms;
        await onWait();
      },
      ...options,
    });
    onTestFinished(() => lock.release());
    return lock;
  };
  return {
    folder,
    path,
    said,
    take,
    waited: () => waited,
    whileWaiting: (task: () => Promise<unknown>) => (onWait = task),
    holder: async () => JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>,
    leave: (content: unknown) =>
      writeFile(path, typeof content === "string" ? content : `${JSON.stringify(content)}\n`),
  };
}

function holderOf(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return { token: "another", ...thisProcess(), beat: "0000000000", ...parts };
}

/** A process that lives as long as the test. */
async function livingProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "spawn");
  return child.pid ?? 0;
}

async function startTimeOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

describe("a lock that is found", () => {
  test.runIf(isLinux)("of a living process of this container keeps others out, without a wait", async () => {
    const { path, leave, take, waited, said } = await lockForTest();
    const pid = await livingProcess();
    await leave(holderOf({ pid, startTime: await startTimeOf(pid), host: "renamed.example" }));
    const left = await readFile(path, "utf8");

    await expect(take()).rejects.toThrow(
      `Another process (${pid} on renamed.example) is at work here. If that is not so, remove ${path}.`,
    );
    expect([waited(), said]).toEqual([0, []]);
    expect(await readFile(path, "utf8")).toBe(left);
  });

  test("of this very process keeps others out, too", async () => {
    const { take, path } = await lockForTest();
    const lock = await take();

    await expect(take()).rejects.toThrow(`Another process (${process.pid} on ${hostname()}) is at work here.`);

    await lock.release();
    expect(existsSync(path)).toBe(false);
    await take();
  });

  test.runIf(isLinux).each([
    ["a process that is no more", () => Promise.resolve({ pid: 2 ** 22 + 1 })],
    ["a process whose number another one has now", async () => ({ pid: await livingProcess(), startTime: "1" })],
    ["a process that had the number of this one", () => Promise.resolve({ startTime: "1" })],
    ["a process that was killed and is not reaped yet", zombie],
  ])("of %s is taken over at once", async (_, dead) => {
    const { leave, take, waited, holder } = await lockForTest();
    await leave(holderOf(await dead()));

    await take();

    expect([waited(), (await holder()).pid]).toEqual([0, process.pid]);
  });

  const unaskable: Record<string, unknown> = {
    "another container": holderOf({ pidNamespace: "pid:[1]" }),
    "another machine": holderOf({ bootId: "another", host: "elsewhere.example" }),
    "this machine before it was started anew, under another name": holderOf({ bootId: "before", host: "old.example" }),
    "a system that has no /proc": holderOf({
      bootId: null,
      pidNamespace: null,
      startTime: null,
      host: "a-mac.example",
    }),
    "an older version": { pid: process.ppid, host: hostname() },
    "nobody, since it is empty": "",
    "nobody, since it is null": "null",
    "nobody, since it is a list": "[1]",
    "nobody, since it is something else": "\0\0\0\0",
    "nobody, since its number is none": holderOf({ pid: -1 }),
  };
  test.each(Object.entries(unaskable))("of %s is watched, and taken over after 15 s", async (_, content) => {
    const { folder, path, leave, take, waited, said, holder } = await lockForTest();
    await leave(content);

    await take();

    expect(waited()).toBe(15_000);
    expect(said).toEqual([`Waiting up to 15 s to see whether the process that holds ${path} is alive.`]);
    expect((await holder()).pid).toBe(process.pid);
    expect(await readdir(folder.path)).toEqual(["leads.ndjson.journal.lock"]);
  });

  test.each(Object.entries(unaskable))("of %s keeps others out if it changes meanwhile", async (_, content) => {
    const { path, leave, take, waited, whileWaiting } = await lockForTest();
    await leave(content);
    whileWaiting(async () => {
      // A renewed lock has the same holder.
      if (waited() === 7_000) await writeFile(path, `${await readFile(path, "utf8")} `);
    });

    await expect(take()).rejects.toThrow(/^Another process.* is at work here\. If that is not so, remove .*\.lock\.$/);
    expect(waited()).toBe(7_000);
  });

  test("and is let go while it is watched is taken at once", async () => {
    const { folder, leave, take, path, waited, whileWaiting } = await lockForTest();
    await leave(holderOf({ pidNamespace: "pid:[1]" }));
    whileWaiting(() => rename(path, folder.at("gone")));

    await take();

    expect(waited()).toBe(1_000);
  });

  test("and taken by somebody else while it is watched is judged anew", async () => {
    const { leave, take, path, waited, whileWaiting } = await lockForTest();
    await leave(holderOf({ pidNamespace: "pid:[1]" }));
    whileWaiting(async () => {
      if (waited() === 10_000) await leave(holderOf({ token: "a third", pidNamespace: "pid:[2]" }));
    });

    await take();

    expect(waited()).toBe(25_000);
    expect(existsSync(path)).toBe(true);
  });

  test("is not waited for after Ctrl-C", async () => {
    const { folder, leave, take, waited, whileWaiting } = await lockForTest();
    const stop = new AbortController();
    await leave(holderOf({ pidNamespace: "pid:[1]" }));
    whileWaiting(() => {
      stop.abort();
      return Promise.resolve();
    });

    await expect(take({ signal: stop.signal })).rejects.toThrow(Interrupted);

    expect(waited()).toBe(1_000);
    expect(await readdir(folder.path)).toEqual(["leads.ndjson.journal.lock"]);
  });

  test.each([
    ["a folder", (path: string) => mkdir(path)],
    ["a link to nowhere", (path: string) => symlink(`${path}.nowhere`, path)],
  ])("that is %s is refused, with what to do about it", async (_, make) => {
    const { take, path } = await lockForTest();
    await make(path);

    await expect(take()).rejects.toThrow(`${path} is not a lock, since it is not a file. Remove it.`);
  });
});

/** A process that has ended and whose parent never asks for its exit code. */
async function zombie(): Promise<Record<string, unknown>> {
  // The shell becomes a program that does not ask.
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
  onTestFinished(() => void parent.kill());
  const [output] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(output);
  const statOf = (process: number | undefined) => readFile(`/proc/${process}/stat`, "utf8");
  await expect.poll(() => statOf(parent.pid)).toContain("(sleep)");
  const startTime = await startTimeOf(pid);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => statOf(pid)).toContain(") Z");
  return { pid, startTime };
}

describe("of many that find a dead lock at once", () => {
  const dead = {
    "that certainly is": holderOf({ pidNamespace: thisProcess().pidNamespace, pid: 2 ** 22 + 1 }),
    "of another container": holderOf({ pidNamespace: "pid:[1]" }),
    "without a holder": "null",
  };
  test.each(Object.entries(dead))("one takes it: %s", async (_, content) => {
    const { folder, leave, take } = await lockForTest();
    await leave(content);

    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => take()));

    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const end of ends) {
      if (end.status === "rejected") expect(String(end.reason)).toContain("is at work here");
    }
    expect(await readdir(folder.path)).toEqual(["leads.ndjson.journal.lock"]);
  });
});

/** The claim to a dead lock: named by a digest of its token. */
function claimTo(path: string, token: string): string {
  return `${path}.takeover-${createHash("sha256").update(token).digest("hex").slice(0, 32)}`;
}

describe("what processes that were killed over a takeover have left", () => {
  const claimed = (token: string, parts: Record<string, unknown> = {}) =>
    holderOf({ token, pid: 2 ** 22 + 1, ...parts });

  test("is in nobody's way, and is removed", async () => {
    const { folder, path, leave, take } = await lockForTest();
    const claimOf = (token: string) => claimTo(path, token);
    // The first was killed when it had its claim, and the second over the takeover of that.
    await leave(claimed("dead"));
    await writeFile(claimOf("dead"), JSON.stringify(claimed("first")));
    await writeFile(claimOf("first"), JSON.stringify(claimed("second", { pidNamespace: "pid:[1]" })));
    await writeFile(claimOf("long gone"), JSON.stringify(claimed("third")));
    await writeFile(`${path}.${"0".repeat(32)}`, JSON.stringify(claimed("fourth")));

    await take();

    expect(await readdir(folder.path)).toEqual(["leads.ndjson.journal.lock"]);
  });

  test.runIf(isLinux)(
    "does not make a slow process remove the lock that another has put in place meanwhile",
    async () => {
      const { path, leave, take, waited, whileWaiting, holder } = await lockForTest();
      const pid = await livingProcess();
      const living = holderOf({ token: "living", pid, startTime: await startTimeOf(pid) });
      await leave(claimed("dead"));
      await writeFile(claimTo(path, "dead"), JSON.stringify(claimed("first", { pidNamespace: "pid:[1]" })));
      // It has found the lock dead, and waits for the claim to it.
      whileWaiting(async () => {
        if (waited() === 3_000) await leave(living);
      });

      await expect(take()).rejects.toThrow(`Another process (${pid} on `);

      expect(await holder()).toEqual(living);
    },
  );

  test("and may still be alive is refused, and left", async () => {
    const { folder, path, leave, take, waited, whileWaiting } = await lockForTest();
    const claim = claimTo(path, "dead");
    await leave(claimed("dead"));
    await writeFile(claim, JSON.stringify(claimed("first", { pidNamespace: "pid:[1]" })));
    whileWaiting(async () => {
      if (waited() === 3_000) await writeFile(claim, JSON.stringify(claimed("first", { pidNamespace: "pid:[1]" })));
    });

    await expect(take()).rejects.toThrow("is at work here");

    expect(await readdir(folder.path)).toHaveLength(2);
  });
});

describe("a lock that is held", () => {
  /** A lock whose beats come when a test says so. */
  async function heldLock() {
    const parts = await lockForTest();
    let beat = () => undefined as unknown;
    let nowMs = 0;
    const lost: string[] = [];
    const lock = await parts.take({
      every: (_ms, task) => {
        beat = task;
        return () => (beat = () => undefined);
      },
      monotonicMs: () => nowMs,
      onLost: ({ message }) => lost.push(message),
    });
    return { ...parts, lock, lost, beat: () => beat(), pass: (ms: number) => (nowMs += ms) };
  }

  test("is renewed, and stays of one length", async () => {
    const { beat, holder, path } = await heldLock();
    const { length } = await readFile(path, "utf8");

    beat();
    await expect.poll(async () => (await holder()).beat).toBe("0000000001");

    expect(await readFile(path, "utf8")).toHaveLength(length);
  });

  test("is not sure of itself after ten seconds without a beat, until it is confirmed", async () => {
    const { lock, pass } = await heldLock();
    expect(lock.isFresh).toBe(true);
    pass(10_000);
    expect(lock.isFresh).toBe(false);

    await lock.confirm();

    expect(lock.isFresh).toBe(true);
  });

  test.each([
    ["taken by another", (path: string) => writeFile(path, JSON.stringify(holderOf()))],
    ["removed", (path: string) => rename(path, `${path}.away`)],
  ])("and was %s halts its holder, and is not removed by it", async (_, steal) => {
    const { lock, beat, path, lost } = await heldLock();
    await rename(path, `${path}.before`);
    await steal(path).catch(() => undefined);

    beat();
    await expect.poll(() => lost.length).toBe(1);

    expect(lost).toEqual([`Another process has taken the lock ${path}, or it was removed.`]);
    expect(lock.isFresh).toBe(false);
    await expect(lock.confirm()).rejects.toThrow("has taken the lock");
    const there = existsSync(path);
    await lock.release();
    expect(existsSync(path)).toBe(there);
  });
});
