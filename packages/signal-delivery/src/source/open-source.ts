import { access, constants, open, type FileHandle } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";

import type { ProgramIo } from "../io.js";
import type { Program } from "../program.js";
import { printable } from "../text/printable.js";
import { similarFileHint } from "../similar-file.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { checkInputFormat, INPUT_FORMAT_BYTES, showsInputFormat } from "./input-format.js";
import type { EventRecords } from "../stream/event-source.js";
import { afterLineFeed } from "../file/incomplete-last-line.js";
import type { StartingPoint } from "../file/lines.js";
import { readNdjson } from "./ndjson.js";
import { readFile } from "../file/read-file.js";
import { SourceError } from "../file/source-error.js";

/** A source that has been opened. */
export interface OpenSource {
  /** The path of the file; `undefined` for standard input. */
  readonly path: string | undefined;
  /** The file, if it is one that can be read from anywhere, so that a later run can go on in it. */
  readonly file: FileHandle | undefined;
  /** Reads the events, from a starting point or from the beginning. */
  events(start?: StartingPoint): EventRecords;
  /** Lets go of it. */
  close(): Promise<void>;
}

/** Whether a path stands for standard input. */
export function isStandardInput(path: string | undefined): path is "-" | undefined {
  return path === undefined || path === "-";
}

/**
 * Looks whether a file may be read, without opening it: who writes into a pipe would take its reader for gone.
 *
 * @throws UsageError if it may not, or is not there
 */
export async function checkReadable(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw await cannotRead(path, error);
  }
}

/**
 * Opens a file, or standard input for `-` and for nothing at all.
 *
 * @param stop ends the reading, also while it waits for input
 * @throws UsageError if there is nothing to read, or a file holds something else than NDJSON. What comes through a pipe is
 * looked at when it is read: it may take its time
 */
export async function openSource(path: string | undefined, io: ProgramIo, stop: AbortSignal): Promise<OpenSource> {
  if (isStandardInput(path)) {
    if (path === undefined && io.stdin.isTTY) {
      throw new UsageError("There are no events to read. Name a file, or pipe events in: one JSON object a line.");
    }
    return {
      path: undefined,
      file: undefined,
      events: () => readNdjson(checked(untilStopped(io.stdin, stop), io.program)),
      close: () => {
        io.stdin.destroy();
        return Promise.resolve();
      },
    };
  }
  const { handle, isFile } = await openFile(path);
  if (isFile) await checkFile(handle, path, io.program);
  return {
    path,
    file: isFile ? handle : undefined,
    events: (start) => {
      if (isFile) return readOn(handle, start, stop);
      return readNdjson(checked(untilStopped(handle.createReadStream({ autoClose: false }), stop), io.program), start);
    },
    close: () => handle.close().catch(() => undefined),
  };
}

async function* readOn(file: FileHandle, start: StartingPoint | undefined, stop: AbortSignal): EventRecords {
  const from = start && (await afterLineFeed(file, start));
  yield* readNdjson(readFile(file, from?.offset ?? 0, stop), from);
}

async function openFile(path: string): Promise<{ handle: FileHandle; isFile: boolean }> {
  try {
    const handle = await open(path);
    const stat = await handle.stat();
    if (!stat.isDirectory()) return { handle, isFile: stat.isFile() };
    await handle.close();
  } catch (error) {
    throw await cannotRead(path, error);
  }
  throw new UsageError(`Cannot read ${printable(path)}: it is a folder.`);
}

async function cannotRead(path: string, error: unknown): Promise<UsageError> {
  return new UsageError(
    `Cannot read ${printable(path)}: ${fileErrorReason(error)}.${await similarFileHint(path, error)}`,
  );
}

async function checkFile(handle: FileHandle, path: string, program: Program): Promise<void> {
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(INPUT_FORMAT_BYTES), 0, INPUT_FORMAT_BYTES, 0);
    checkInputFormat(buffer.subarray(0, bytesRead), path, program, bytesRead < INPUT_FORMAT_BYTES);
  } catch (error) {
    await handle.close();
    throw error instanceof UsageError
      ? error
      : new UsageError(`Cannot read ${printable(path)}: ${fileErrorReason(error)}.`);
  }
}

/** Holds the beginning of a stream back until it is enough to be looked at, and then passes on all of it. */
async function* checked(stream: AsyncIterable<Buffer>, program: Program): AsyncGenerator<Buffer> {
  let beginning: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of stream) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    beginning = Buffer.concat([beginning, chunk]);
    if (!showsInputFormat(beginning)) continue;
    checkInputFormat(beginning, undefined, program, false);
    yield beginning;
    beginning = undefined;
  }
  if (beginning === undefined) return;
  checkInputFormat(beginning, undefined, program, true);
  yield beginning;
}

async function* untilStopped(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    // Stopped while it was opened, the stream would fail before anybody listens.
    if (!stop.aborted) yield* addAbortSignal(stop, stream) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!stop.aborted) throw new SourceError(`Cannot read on: ${fileErrorReason(error)}.`);
  }
}
