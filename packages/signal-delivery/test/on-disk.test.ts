import { existsSync, readFileSync } from "node:fs";
import { open, readFile, type FileHandle } from "node:fs/promises";

import { afterEach, expect, test, vi } from "vitest";

import { DeadLetterFile } from "../src/stream/dead-letter-file.js";
import type { DeadLetter } from "../src/stream/dead-letter.js";
import { emailOf, lead, nameless, ndjson } from "./support/events.js";
import { folderForTest, type Folder } from "./support/folder.js";
import { run } from "./support/run.js";
import { sandboxForTest } from "./support/sandbox.js";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What every file that is open has its methods from. */
async function fileHandles(folder: Folder): Promise<FileHandle> {
  const handle = await open(await folder.write("any", ""));
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

/** Looks at something whenever a file is about to be synced; what it saw. */
async function atEachSync<T>(folder: Folder, look: () => T): Promise<T[]> {
  const handles = await fileHandles(folder);
  const seen: T[] = [];
  vi.spyOn(handles, "sync").mockImplementation(() => {
    seen.push(look());
    return Promise.resolve();
  });
  return seen;
}

function letterOf(position: number, event: unknown): DeadLetter {
  const at = "2026-02-25T14:30:00.000Z";
  return {
    position,
    messageId: null,
    status: "failed",
    reason: "server_error",
    class: "transient",
    message: "Apollo answered 503",
    maybeDelivered: false,
    attempts: 5,
    warnings: [],
    firstAt: at,
    lastAt: at,
    event,
  };
}

test("a dead letter is on disk before it counts as kept", async () => {
  const folder = await folderForTest();
  const file = await DeadLetterFile.open(folder.at("dead.ndjson"));
  const letter = letterOf(1, lead(1));
  const synced = await atEachSync(folder, () => readFileSync(folder.at("dead.ndjson"), "utf8"));

  await file.add(letter);

  expect(synced).toEqual([ndjson([letter])]);
  await file.close();
});

test("what a replay leaves is on disk before the letters that it replayed are removed", async () => {
  const folder = await folderForTest();
  const sandbox = await sandboxForTest();
  const letters = [letterOf(1, lead(1)), letterOf(2, nameless)];
  const file = await folder.write("dead.ndjson", letters);
  const left = () => (existsSync(`${file}.replayed`) && existsSync(file) ? readFileSync(file, "utf8") : "");
  const synced = await atEachSync(folder, left);

  await run(["dead-letters", "replay", file], { env: sandbox.env });

  expect(sandbox.contacts()).toMatchObject([{ email: emailOf(1) }]);
  const kept = await readFile(file, "utf8");
  expect(kept).toContain("missing_name");
  expect(synced).toContain(kept);
});

test("a dead letter that a full disk has cut off is not continued by the next, which fails as well", async () => {
  const folder = await folderForTest();
  const path = folder.at("dead.ndjson");
  const file = await DeadLetterFile.open(path);
  const handles = await fileHandles(folder);
  vi.spyOn(handles, "appendFile").mockImplementationOnce(async function (this: FileHandle, text) {
    await this.write(String(text).slice(0, 10));
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  const fails = { name: "HaltError", message: `Cannot write dead letters to ${path}: the disk is full.` };

  await expect(file.add(letterOf(1, lead(1)))).rejects.toMatchObject(fails);
  await expect(file.add(letterOf(2, lead(2)))).rejects.toMatchObject(fails);

  await file.close();
  expect(await readFile(path, "utf8")).toHaveLength(10);
});
