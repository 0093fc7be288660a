import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { onTestFinished } from "vitest";

import { ndjson } from "./events.js";
import { objectsOf } from "./run.js";

/** A folder of a test's own, removed at its end. */
export interface Folder {
  readonly path: string;
  /** Where a file of that name is, or would be. */
  at(name: string): string;
  /** Writes a file and returns where it is. Events are written as NDJSON. */
  write(name: string, content: string | Uint8Array | readonly unknown[]): Promise<string>;
  /** Makes a named pipe and returns where it is. */
  pipe(name: string): Promise<string>;
  /** Reads a file of dead letters; there are none where there is no file. */
  deadLetters(name: string): Promise<Record<string, unknown>[]>;
}

export async function folderForTest(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "signal-apollo-"));
  onTestFinished(() => rm(path, { recursive: true }));
  const at = (name: string) => join(path, name);
  return {
    path,
    at,
    write: async (name, content) => {
      const bytes = typeof content === "string" || content instanceof Uint8Array ? content : ndjson(content);
      await writeFile(at(name), bytes);
      return at(name);
    },
    pipe: async (name) => {
      await promisify(execFile)("mkfifo", [at(name)]);
      return at(name);
    },
    deadLetters: async (name) => objectsOf(await readFile(at(name), "utf8").catch(() => "")),
  };
}
