import { existsSync } from "node:fs";
import {
  appendFile,
  lstat,
  mkdir,
  open,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { crc32 } from "node:zlib";

import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { FileJournal } from "../../src/journal/file-journal.js";
import type { HaltError } from "../../src/halt-error.js";
import { folderForTest } from "../support/folder.js";
import { posix } from "../support/posix.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lines 1 to 4, and where each of them ends. */
const LINES = "a\nbb\nccc\ndddd\n";
const ENDS = [2, 5, 9, 14] as const;

interface OpenOptions {
  readonly kind?: "events" | "dead letters";
  readonly deduplicate?: boolean;
  readonly restart?: boolean;
  readonly dead?: (id: string) => readonly number[];
}

/** An input with a place for its journal. */
async function inputForTest(content = LINES) {
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", content);
  const path = `${file}.journal`;
  const errors: HaltError[] = [];
  const openJournal = async ({
    kind = "events",
    deduplicate = true,
    restart = false,
    dead = () => [],
  }: OpenOptions = {}) => {
    const input = await open(file);
    onTestFinished(() => input.close());
    return FileJournal.open({
      path,
      kind,
      input,
      deduplicate,
      restart,
      deadLetterPositions: (id) => Promise.resolve(dead(id)),
      onError: (error) => errors.push(error),
    });
  };
  return { folder, file, path, errors, openJournal };
}

/** Takes up positions, in order. */
function begin(journal: FileJournal, ...positions: number[]): void {
  for (const position of positions) journal.begin(position, ENDS[position - 1] ?? 0);
}

/** Ends a run as a crash would: what stands in the file at that moment is what is left. */
async function crash(journal: FileJournal, path: string): Promise<void> {
  const left = await readFile(path);
  await journal.close();
  await writeFile(path, left);
}

/** Resolves when a journal's file holds a text. */
async function written(path: string, text: string): Promise<void> {
  await expect.poll(() => readFile(path, "utf8")).toContain(text);
}

describe("a run that follows", () => {
  test("begins where there is no journal yet", async () => {
    const { openJournal, path } = await inputForTest();

    const journal = await openJournal();

    expect(journal.start).toEqual({ position: 0, offset: 0 });
    if (posix) expect((await stat(path)).mode & 0o777).toBe(0o600);
    await journal.close();
  });

  test("goes on after the last line that, like all before it, is settled; at its very byte", async () => {
    const { openJournal } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2, 3, 4);
    for (const position of [1, 2, 4]) first.settle(position);
    await first.close();

    const second = await openJournal();

    expect(second.start).toEqual({ position: 2, offset: 5 });
    expect(second.id).toBe(first.id);
    expect([3, 4].map((position) => second.isSettled(position))).toEqual([false, true]);
    await second.close();
  });

  test("knows what was settled beyond, run after run", async () => {
    const { openJournal } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2, 3, 4);
    first.settle(3);
    await first.close();
    const second = await openJournal();
    begin(second, 1, 2);
    await second.close();

    const third = await openJournal();
    begin(third, 1, 2, 3);
    expect(third.isSettled(3)).toBe(true);
    for (const position of [1, 2, 3]) third.settle(position);
    await third.close();

    const fourth = await openJournal();
    expect(fourth.start).toEqual({ position: 3, offset: 9 });
    await fourth.close();
  });

  test("after a crash takes in what was written since the checkpoint", async () => {
    const { openJournal, path } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2, 3);
    first.settle(1);
    first.settle(3);
    await written(path, '{"settled":3,');
    await crash(first, path);

    const second = await openJournal();

    // The checkpoint's offset is where it can begin; what is settled beyond that is passed over.
    expect(second.start).toEqual({ position: 0, offset: 0 });
    expect([1, 2, 3].map((position) => second.isSettled(position))).toEqual([true, false, true]);
    await second.close();
  });

  test("passes over a last line that a crash has torn", async () => {
    const { openJournal, path } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2);
    first.settle(1);
    await written(path, '{"settled":1,');
    await crash(first, path);
    await appendFile(path, '{"settl');

    const second = await openJournal();

    expect([1, 2].map((position) => second.isSettled(position))).toEqual([true, false]);
    begin(second, 1, 2);
    second.settle(1);
    await second.close();
    const third = await openJournal();
    expect(third.start).toEqual({ position: 1, offset: 2 });
    await third.close();
  });

  test("counts dead letters of this journal that are on disk as settled, since a crash can come before that is noted", async () => {
    const { openJournal } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2);
    await first.close();

    const second = await openJournal({ dead: (id) => (id === first.id ? [2] : []) });

    expect([1, 2].map((position) => second.isSettled(position))).toEqual([false, true]);
    await second.close();
  });

  test("goes on in a file that has grown", async () => {
    const { openJournal, file } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2, 3, 4);
    for (const position of [1, 2, 3, 4]) first.settle(position);
    await first.close();
    await appendFile(file, "eeeee\n");

    const second = await openJournal();

    expect(second.start).toEqual({ position: 4, offset: 14 });
    await second.close();
  });

  test("goes on with a journal of events that does not say so, as the first version left it", async () => {
    const { openJournal, path } = await inputForTest();
    const first = await openJournal();
    begin(first, 1);
    first.settle(1);
    await first.close();
    const { kind, lines, sum, ...checkpoint } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
    await writeFile(path, `${JSON.stringify({ ...checkpoint, version: 1 })}\n{"settled":3}\n{"sett`);

    const second = await openJournal();

    expect([kind, lines, typeof sum, second.start.position]).toEqual(["events", [], "number", 1]);
    expect([2, 3].map((position) => second.isSettled(position))).toEqual([false, true]);
    await second.close();
  });

  test("with --restart begins anew, under another id", async () => {
    const { openJournal } = await inputForTest();
    const first = await openJournal({ deduplicate: false });
    begin(first, 1, 2);
    first.settle(1);
    await first.attempt(2);
    await first.close();

    const second = await openJournal({ restart: true, dead: () => [1] });

    expect(second.start).toEqual({ position: 0, offset: 0 });
    expect(second.id).not.toBe(first.id);
    expect([second.isSettled(1), second.wasInFlight(2)]).toEqual([false, false]);
    await second.close();
  });
});

describe("an attempt", () => {
  const spyOnSyncs = async (file: string) => {
    const handle = await open(file);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    return vi.spyOn(prototype, "datasync");
  };

  test("with deduplication off is on disk before the call is made", async () => {
    const { openJournal, path, file } = await inputForTest();
    const journal = await openJournal({ deduplicate: false });
    const syncs = await spyOnSyncs(file);
    begin(journal, 1);

    await journal.attempt(1);

    expect(await readFile(path, "utf8")).toMatch(/\n\{"attempt":1,"sum":\d+\}\n$/);
    expect(syncs).toHaveBeenCalledOnce();
    await journal.close();
  });

  test("with deduplication on costs nothing: a repeat is harmless", async () => {
    const { openJournal, path, file } = await inputForTest();
    const journal = await openJournal();
    const syncs = await spyOnSyncs(file);
    begin(journal, 1);

    await journal.attempt(1);

    expect(await readFile(path, "utf8")).not.toContain("attempt");
    expect(syncs).not.toHaveBeenCalled();
    await journal.close();
  });

  test("shares the sync of the disk with those that come at the same time", async () => {
    const { openJournal, path, file } = await inputForTest("x\n".repeat(500));
    const journal = await openJournal({ deduplicate: false });
    const syncs = await spyOnSyncs(file);
    const positions = Array.from({ length: 500 }, (_, index) => index + 1);
    for (const position of positions) journal.begin(position, position * 2);

    await Promise.all(positions.map((position) => journal.attempt(position)));

    expect((await readFile(path, "utf8")).match(/"attempt"/g)).toHaveLength(500);
    expect(syncs.mock.calls.length).toBeLessThanOrEqual(2);
    await journal.close();
  });

  test.each([
    ["that nothing is known of", [], true],
    ["that certainly was not carried out", ["withdraw"], false],
    ["that was settled", ["settle"], false],
    ["that was made again after it was not carried out", ["withdraw", "attempt"], true],
  ] as const)("%s: in the air after a crash: %s %s", async (_, then, expected) => {
    const { openJournal, path } = await inputForTest();
    const first = await openJournal({ deduplicate: false });
    begin(first, 1, 2);
    await first.attempt(1);
    for (const step of then) await first[step](1);
    await first.attempt(2);
    await crash(first, path);

    const second = await openJournal({ deduplicate: false });

    expect([second.wasInFlight(1), second.wasInFlight(2)]).toEqual([expected, true]);
    await second.close();
  });

  test("that is settled while a checkpoint is being written is not forgotten, should a crash come next", async () => {
    const count = 10_000;
    const { openJournal, path, file } = await inputForTest("x\n".repeat(count));
    const first = await openJournal({ deduplicate: false });
    const positions = Array.from({ length: count }, (_, index) => index + 1);
    for (const position of positions) first.begin(position, position * 2);
    const handle = await open(file);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    vi.spyOn(prototype, "read").mockImplementationOnce(function (this: FileHandle, ...parts: unknown[]) {
      // The checkpoint looks into the input.
      for (const position of positions) first.settle(position);
      return this.read(...(parts as [Buffer, number, number, number]));
    });

    // So that nothing of it is written yet when the crash comes.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await Promise.all(positions.map((position) => first.attempt(position)));
    const left = await readFile(path);
    await first.close();
    await writeFile(path, left);

    const second = await openJournal({ deduplicate: false });
    const isKnown = (position: number) =>
      position <= second.start.position || second.isSettled(position) || second.wasInFlight(position);
    expect(positions.filter((position) => !isKnown(position))).toEqual([]);
    await second.close();
  });
});

describe("a record that is written, while a call is left,", () => {
  test.each([
    ["off", false, 1],
    ["on", true, 0],
  ] as const)("is known to a later run, with deduplication %s", async (_, deduplicate, syncs) => {
    const { openJournal, path, file } = await inputForTest();
    const first = await openJournal({ deduplicate });
    begin(first, 1, 2);
    await first.attempt(2);
    const handle = await open(file);
    const datasync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, "datasync");
    await handle.close();

    await first.progressed(2, "66f1c0ffee0a000000000001");

    expect(datasync).toHaveBeenCalledTimes(syncs);
    await crash(first, path);
    const second = await openJournal({ deduplicate });
    // It is not in the air any more, so that a later run makes no dead letter of it.
    expect([second.resumeOf(2), second.wasInFlight(2)]).toEqual(["66f1c0ffee0a000000000001", false]);
    expect(second.resumeOf(1)).toBeUndefined();
    await second.close();
    // Nor does a checkpoint forget it.
    const third = await openJournal({ deduplicate });
    expect(third.resumeOf(2)).toBe("66f1c0ffee0a000000000001");
    begin(third, 1, 2);
    third.settle(2);
    expect(third.resumeOf(2)).toBeUndefined();
    await third.close();
    const fourth = await openJournal({ deduplicate });
    expect([fourth.isSettled(2), fourth.resumeOf(2)]).toEqual([true, undefined]);
    await fourth.close();
  });

  test("is not noted as an attempt when the rest is tried: that may be done twice", async () => {
    const { openJournal, path } = await inputForTest();
    const journal = await openJournal({ deduplicate: false });
    begin(journal, 1);

    await journal.attempt(1, true);

    expect(await readFile(path, "utf8")).not.toContain("attempt");
    await journal.close();
  });

  test("is noted with the checksum of its line, so that a changed input is noticed", async () => {
    // Beyond what the fingerprint of the head looks at.
    const long = "a".repeat(70_000);
    const { openJournal, path, file } = await inputForTest(`${long}\nbb\nccc\n`);
    const first = await openJournal({ deduplicate: false });
    first.begin(1, 70_001, crc32(long));
    first.begin(2, 70_004, crc32("bb"));
    await first.progressed(2, "id");
    await crash(first, path);
    await writeFile(file, `${long}\nBB\nccc\n`);

    await expect(openJournal({ deduplicate: false })).rejects.toThrow("line 2 is not the one");
  });
});

describe("is refused, with what to do about it,", () => {
  test.each([
    ["a changed head", (content: string) => `A${content.slice(1)}`],
    ["a changed line just before where it has come to", (content: string) => content.replace("bb", "BB")],
    ["another file", () => "something else\n"],
    ["a file that has been cut off", () => "a\n"],
  ])("for %s", async (_, change) => {
    const { openJournal, path, file } = await inputForTest();
    const first = await openJournal();
    begin(first, 1, 2);
    first.settle(1);
    first.settle(2);
    await first.close();
    await writeFile(file, change(LINES));

    await expect(openJournal()).rejects.toThrow(
      `${path} is the journal of another file, or this file has changed. Begin anew with --restart.`,
    );
    await (await openJournal({ restart: true })).close();
  });

  test("for a change far behind the head", async () => {
    const filler = `${"x".repeat(1023)}\n`.repeat(200);
    const { openJournal, file } = await inputForTest(filler);
    const first = await openJournal();
    for (let position = 1; position <= 150; position++) {
      first.begin(position, position * 1024);
      first.settle(position);
    }
    await first.close();
    await writeFile(file, `${filler.slice(0, 149 * 1024)}y${filler.slice(149 * 1024 + 1)}`);

    await expect(openJournal()).rejects.toThrow("this file has changed");
  });

  test.each([true, false])("where deduplication was %s and is not any more", async (deduplicate) => {
    const { openJournal, path } = await inputForTest();
    await (await openJournal({ deduplicate })).close();

    const [was, other] = deduplicate ? ["on", false] : ["off", true];
    await expect(openJournal({ deduplicate: other })).rejects.toThrow(
      `${path} was begun with deduplication ${was}, and what was in the air cannot be told otherwise. Go on with it ${was}, or begin anew with --restart.`,
    );
  });

  test.each([
    ["events", "dead letters", "a delivery of events, and does not tell which dead letters were sent"],
    ["dead letters", "events", "a replay of dead letters, and does not tell which events were sent"],
  ] as const)("for another kind of input: of %s for %s", async (kind, other, what) => {
    const { openJournal, path } = await inputForTest();
    await (await openJournal({ kind })).close();

    await expect(openJournal({ kind: other })).rejects.toThrow(
      `${path} is the journal of ${what}. Begin anew with --restart.`,
    );
    await (await openJournal({ kind: other, restart: true })).close();
  });

  test.each([false, true])(
    "where something else is in its place, which is not written over; restart: %s",
    async (restart) => {
      const { openJournal, path } = await inputForTest();
      await writeFile(path, "Dear diary,\n");

      await expect(openJournal({ restart })).rejects.toThrow(`${path} is not a journal.`);
      expect(await readFile(path, "utf8")).toBe("Dear diary,\n");
      expect(existsSync(`${path}.lock`)).toBe(false);
    },
  );

  test.each([false, true])("where a folder is in its place; restart: %s", async (restart) => {
    const { openJournal, path } = await inputForTest();
    await mkdir(path);

    await expect(openJournal({ restart })).rejects.toThrow(`${path} is not a journal.`);
  });
});

describe("an input that is changed while it is read", () => {
  const changes = {
    "written anew in place": () => "A\nBB\nCCC\nDDDD\nEEEEE\n",
    "cut off before where the run has come to": (content: string) => content.slice(0, 5),
    "cut off to nothing": () => "",
  };
  test.each(Object.entries(changes))("is told, and the journal does not vouch for it: %s", async (_, change) => {
    const { openJournal, path, file, errors } = await inputForTest();
    const journal = await openJournal();
    begin(journal, 1, 2, 3);
    for (const position of [1, 2, 3]) journal.settle(position);
    await writeFile(file, change(LINES));

    await journal.close();

    expect(errors.map(({ message }) => message)).toEqual([
      "The file was changed while it was read, so that it is not known which of its lines are done. Begin anew with --restart.",
    ]);
    expect(journal.inputChanged).toBe(true);
    await expect(openJournal()).rejects.toThrow(`${path} is the journal of another file, or this file has changed.`);
  });

  test("is told also where it is cut off far behind the head, and what is noted counts for nothing that comes there later", async () => {
    const { openJournal, path, file, errors } = await inputForTest(`${"x".repeat(1023)}\n`.repeat(200));
    const journal = await openJournal();
    for (let position = 1; position <= 150; position++) {
      journal.begin(position, position * 1024);
      journal.settle(position);
    }
    await truncate(file, 100 * 1024);

    await journal.close();

    expect(errors).toHaveLength(1);
    await appendFile(file, `${"y".repeat(1023)}\n`.repeat(100));
    await expect(openJournal()).rejects.toThrow(`${path} is the journal of another file, or this file has changed.`);
    await (await openJournal({ restart: true })).close();
  });

  test.each(["eeeee\n", "e".repeat(100_000)])("may grow all the same", async (more) => {
    const { openJournal, file, errors } = await inputForTest();
    const journal = await openJournal();
    begin(journal, 1, 2, 3);
    journal.settle(1);
    await appendFile(file, more);

    await journal.close();

    expect([errors, journal.inputChanged]).toEqual([[], false]);
    await (await openJournal()).close();
  });

  test("is told at a checkpoint on the way, too, and by the attempt that comes with it", async () => {
    const count = 10_000;
    const { openJournal, file, errors } = await inputForTest("x\n".repeat(count));
    const journal = await openJournal({ deduplicate: false });
    const positions = Array.from({ length: count }, (_, index) => index + 1);
    for (const position of positions) journal.begin(position, position * 2);
    await writeFile(file, "y\n".repeat(count));

    const attempts = await Promise.allSettled(positions.map((position) => journal.attempt(position)));

    const changed = expect.objectContaining({
      name: "HaltError",
      message: expect.stringMatching(/^The file was changed while it was read/) as string,
    }) as Error;
    expect(attempts.at(-1)).toEqual({ status: "rejected", reason: changed });
    expect(errors).toEqual([changed]);
    await journal.close();
  });
});

test("a checkpoint that cannot be written is told, and what is on disk stays right", async () => {
  const { openJournal, path, errors } = await inputForTest();
  const first = await openJournal();
  begin(first, 1, 2);
  first.settle(1);
  await mkdir(`${path}.next`);

  await first.close();

  expect(errors.map(({ message }) => message)).toEqual([`Cannot write the journal ${path}: it is a folder.`]);
  expect(existsSync(`${path}.lock`)).toBe(false);
  expect(await readFile(path, "utf8")).toContain('{"settled":1,');
});

test("it may be closed more than once", async () => {
  const { openJournal, errors } = await inputForTest();
  const journal = await openJournal();

  await Promise.all([journal.close(), journal.close()]);

  expect(errors).toEqual([]);
});

describe("an input that was changed between two runs, beyond where the first has come to,", () => {
  const changes: Record<string, (lines: readonly string[]) => string[]> = {
    "a line removed": (lines) => lines.toSpliced(1, 1),
    "a line added": (lines) => lines.toSpliced(1, 0, "new"),
    "a settled line edited": (lines) => lines.with(3, "DDDD"),
    "two lines swapped": (lines) => lines.with(2, "dddd").with(3, "ccc"),
    "what was settled cut off": (lines) => lines.slice(0, 3),
  };

  /** A long head, so that only what is beyond it can tell; then lines 2 to 4. Line 3 is in flight, and line 4 is settled. */
  async function changeable(deduplicate: boolean) {
    const lines = ["x".repeat(70_000), "bb", "ccc", "dddd", "eeeee"];
    const parts = await inputForTest(`${lines.join("\n")}\n`);
    const journal = await parts.openJournal({ deduplicate });
    let offset = 0;
    for (const [index, line] of lines.slice(0, 4).entries()) {
      offset += line.length + 1;
      journal.begin(index + 1, offset, crc32(line));
    }
    journal.settle(1);
    await journal.attempt(3);
    journal.settle(4);
    return { ...parts, lines, journal };
  }

  describe.each(["closed", "killed"])("the run %s,", (end) => {
    test.each(Object.entries(changes))("is refused: %s", async (_, change) => {
      const { journal, openJournal, path, file, lines } = await changeable(false);
      await written(path, '{"settled":4,');
      await (end === "closed" ? journal.close() : crash(journal, path));
      await writeFile(file, `${change(lines).join("\n")}\n`);

      await expect(openJournal({ deduplicate: false })).rejects.toThrow(
        /^This file has changed: line [34] is not the one that .* Nothing was sent\. Undo the change/,
      );

      await writeFile(file, `${lines.join("\n")}\n`);
      const resumed = await openJournal({ deduplicate: false });
      expect([3, 4].map((position) => [resumed.isSettled(position), resumed.wasInFlight(position)])).toEqual([
        [false, true],
        [true, false],
      ]);
      await resumed.close();
    });
  });

  test("is refused after any number of runs that did not come to it", async () => {
    const { journal, openJournal, file, lines } = await changeable(true);
    await journal.close();
    await (await openJournal()).close();
    await writeFile(file, `${lines.toSpliced(1, 1).join("\n")}\n`);

    await expect(openJournal()).rejects.toThrow("This file has changed: line 4");
  });

  test("goes on where only what is not settled was edited, or lines were added at the end", async () => {
    const { journal, openJournal, file, lines } = await changeable(true);
    await journal.close();
    await writeFile(file, `${[...lines.with(1, "BB").with(2, "a longer one"), "new", "new"].join("\n")}\n`);

    const resumed = await openJournal();

    expect([2, 3, 4].map((position) => resumed.isSettled(position))).toEqual([false, false, true]);
    await resumed.close();
  });
});

describe("a journal that is damaged", () => {
  /** A journal of a run that was killed: a checkpoint, and some entries. */
  async function killedRun() {
    const parts = await inputForTest();
    const journal = await parts.openJournal({ deduplicate: false });
    begin(journal, 1, 2, 3, 4);
    await journal.attempt(1);
    await journal.attempt(2);
    journal.settle(1);
    journal.settle(3);
    await written(parts.path, '{"settled":3,');
    await crash(journal, parts.path);
    return { ...parts, text: await readFile(parts.path, "utf8") };
  }

  const damages: Record<string, [line: number, change: (lines: string[]) => string[]]> = {
    "a digit changed": [4, (lines) => lines.with(3, lines[3]?.replace('"settled":1', '"settled":2') ?? "")],
    "an entry removed": [3, (lines) => lines.toSpliced(2, 1)],
    "an entry twice": [4, (lines) => lines.toSpliced(3, 0, lines[2] ?? "")],
    "two entries swapped": [2, (lines) => lines.with(1, lines[2] ?? "").with(2, lines[1] ?? "")],
    "an entry cut": [3, (lines) => lines.with(2, lines[2]?.slice(0, 12) ?? "")],
    "an entry that is null": [3, (lines) => lines.with(2, "null")],
    "the checkpoint changed": [1, (lines) => lines.with(0, lines[0]?.replace('"position":0', '"position":2') ?? "")],
    "the checkpoint cut": [1, (lines) => [lines[0]?.slice(0, 100) ?? ""]],
    "the checkpoint of something else": [2, (lines) => lines.with(0, sealedCheckpoint({ id: "another" }))],
    "a position that is negative": [1, () => [sealedCheckpoint({ beyond: [-1] }), ""]],
    "a position that is a text": [1, () => [sealedCheckpoint({ inTheAir: ["1"] }), ""]],
    "a field that is missing": [1, () => [sealedCheckpoint({ fingerprint: undefined }), ""]],
    "a list where there is none": [1, () => [sealedCheckpoint({ beyond: null }), ""]],
    "a first version without its fields": [1, () => ['{"version":1}', ""]],
    "a first version with a negative position": [
      1,
      () => [JSON.stringify({ ...CHECKPOINT, version: 1, position: -1 })],
    ],
    nothing: [1, () => []],
    zeros: [1, () => ["\0".repeat(100)]],
  };
  test.each(Object.entries(damages))(
    "is told and not obeyed, and begun anew with --restart: %s",
    async (_, [line, change]) => {
      const { openJournal, path, text } = await killedRun();
      await writeFile(path, change(text.split("\n")).join("\n"));
      const left = await readFile(path, "utf8");

      await expect(openJournal({ deduplicate: false })).rejects.toThrow(
        `The journal ${path} is damaged at line ${line}, so that it is not known what was delivered. Nothing was sent. Restore it from a copy, or begin anew with --restart, which sends every event again.`,
      );

      expect(await readFile(path, "utf8")).toBe(left);
      const anew = await openJournal({ deduplicate: false, restart: true });
      expect(anew.start.position).toBe(0);
      await anew.close();
    },
  );

  test.each(["null", "[]", "5", '"text"', "true", `[${"1,".repeat(100_000)}1]`])(
    "and may be something else is not written over: %.20s",
    async (content) => {
      const { openJournal, path } = await inputForTest();
      await writeFile(path, `${content}\n`);

      for (const restart of [false, true]) {
        await expect(openJournal({ restart })).rejects.toThrow(
          `The journal ${path} is damaged at line 1, so that it is not known what was delivered. Nothing was sent. If it was the journal, remove it, and every event is sent again. If not: Choose another file with --journal.`,
        );
      }
      expect(await readFile(path, "utf8")).toBe(`${content}\n`);
    },
  );

  test("only in that its last line is not ended, as a crash leaves it, goes on without that line", async () => {
    const { openJournal, path, text } = await killedRun();
    await writeFile(path, text.slice(0, -1));

    const journal = await openJournal({ deduplicate: false });

    expect([journal.isSettled(1), journal.isSettled(3), journal.wasInFlight(2)]).toEqual([true, false, true]);
    await journal.close();
  });
});

const CHECKPOINT = {
  version: 2,
  id: "an-id",
  kind: "events",
  deduplicate: false,
  fingerprint: { headBytes: 0, head: "hash", offset: 0, tail: "hash" },
  position: 0,
  beyond: [],
  inTheAir: [],
  lines: [],
};

/** A first line whose checksum is right, whatever it says. */
function sealedCheckpoint(parts: Record<string, unknown>): string {
  const body = JSON.stringify({ ...CHECKPOINT, ...parts }).slice(0, -1);
  return `${body},"sum":${crc32(body)}}`;
}

test.runIf(posix)("a link that somebody has planted where the next checkpoint is written is not followed", async () => {
  const { folder, openJournal, path } = await inputForTest();
  const victim = await folder.write("victim", "precious\n");
  await symlink(victim, `${path}.next`);

  const journal = await openJournal();
  await journal.close();

  expect(await readFile(victim, "utf8")).toBe("precious\n");
  expect((await lstat(path)).isFile()).toBe(true);
});

test("a holder whose lock was taken stops, and does not write over the journal of who has it now", async () => {
  const { openJournal, path, errors } = await inputForTest();
  const journal = await openJournal();
  begin(journal, 1);
  await rm(`${path}.lock`);
  await writeFile(`${path}.lock`, "null");
  await writeFile(path, "the other's\n");

  await journal.close();

  expect(new Set(errors.map(({ message }) => message))).toEqual(
    new Set([`Another process has taken the lock ${path}.lock, or it was removed.`]),
  );
  expect(await readFile(path, "utf8")).toBe("the other's\n");
  expect(await readFile(`${path}.lock`, "utf8")).toBe("null");
  expect(existsSync(`${path}.next`)).toBe(false);
});
