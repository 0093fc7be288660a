import { open } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";

import type { Io } from "../io.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import type { EventSource } from "./event-source.js";
import { readNdjson } from "./ndjson.js";
import { SourceError } from "./source-error.js";

/** A source that has been opened. */
export interface OpenSource {
  /** What to call it: the name of the file, or "standard input". */
  readonly name: string;
  /** The path of the file; `undefined` for standard input. */
  readonly path: string | undefined;
  readonly events: EventSource;
  /** Lets go of it, for where it is not read after all. */
  close(): void;
}

/**
 * Opens a file, or standard input for `-` and for nothing at all.
 *
 * @param stop ends the reading, also while it waits for input
 * @throws UsageError if there is nothing to read
 */
export async function openSource(file: string | undefined, io: Io, stop: AbortSignal): Promise<OpenSource> {
  if (file === undefined || file === "-") {
    if (file === undefined && io.stdin.isTTY) {
      throw new UsageError("There are no events to read. Name a file, or pipe events in: one JSON object a line.");
    }
    return sourceOf(io.stdin, { name: "standard input", path: undefined }, stop);
  }
  return sourceOf(await openFile(file), { name: file, path: file }, stop);
}

function sourceOf(stream: Readable, names: Pick<OpenSource, "name" | "path">, stop: AbortSignal): OpenSource {
  return { ...names, events: readNdjson(untilStopped(stream, stop)), close: () => void stream.destroy() };
}

async function openFile(file: string): Promise<Readable> {
  try {
    const handle = await open(file);
    if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${fileErrorReason(error)}.`);
  }
  throw new UsageError(`Cannot read ${file}: it is a folder.`);
}

async function* untilStopped(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* addAbortSignal(stop, stream) as AsyncIterable<Buffer>;
  } catch (error) {
    if (!stop.aborted) throw new SourceError(`Cannot read on: ${fileErrorReason(error)}.`);
  }
}
