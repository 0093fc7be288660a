import { open, type FileHandle } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";

import type { Io } from "../io.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import type { EventSource } from "./event-source.js";
import type { StartingPoint } from "./lines.js";
import { readNdjson } from "./ndjson.js";
import { readFile } from "./read-file.js";
import { SourceError } from "./source-error.js";

/** A source that has been opened. */
export interface OpenSource {
  /** The path of the file; `undefined` for standard input. */
  readonly path: string | undefined;
  /** The file, if it is one that can be read from anywhere, so that a later run can go on in it. */
  readonly file: FileHandle | undefined;
  /** Reads the events, from a starting point or from the beginning. */
  events(start?: StartingPoint): EventSource;
  /** Lets go of it. */
  close(): Promise<void>;
}

/**
 * Opens a file, or standard input for `-` and for nothing at all.
 *
 * @param stop ends the reading, also while it waits for input
 * @throws UsageError if there is nothing to read
 */
export async function openSource(path: string | undefined, io: Io, stop: AbortSignal): Promise<OpenSource> {
  if (path === undefined || path === "-") {
    if (path === undefined && io.stdin.isTTY) {
      throw new UsageError("There are no events to read. Name a file, or pipe events in: one JSON object a line.");
    }
    return {
      path: undefined,
      file: undefined,
      events: () => readNdjson(untilStopped(io.stdin, stop)),
      close: () => {
        io.stdin.destroy();
        return Promise.resolve();
      },
    };
  }
  const { handle, isFile } = await openFile(path);
  return {
    path,
    file: isFile ? handle : undefined,
    events: (start) => {
      if (isFile) return readNdjson(readFile(handle, start?.offset ?? 0, stop), start);
      return readNdjson(untilStopped(handle.createReadStream({ autoClose: false }), stop), start);
    },
    close: () => handle.close().catch(() => undefined),
  };
}

async function openFile(path: string): Promise<{ handle: FileHandle; isFile: boolean }> {
  try {
    const handle = await open(path);
    const stat = await handle.stat();
    if (!stat.isDirectory()) return { handle, isFile: stat.isFile() };
    await handle.close();
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${fileErrorReason(error)}.`);
  }
  throw new UsageError(`Cannot read ${path}: it is a folder.`);
}

async function* untilStopped(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* addAbortSignal(stop, stream) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!stop.aborted) throw new SourceError(`Cannot read on: ${fileErrorReason(error)}.`);
  }
}
