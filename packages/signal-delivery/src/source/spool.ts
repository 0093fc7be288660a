import { open, unlink, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

import { Interrupted } from "../interrupted.js";
import type { Io } from "../io.js";
import { fileErrorReason, UsageError } from "../usage-error.js";

/**
 * Writes standard input to a file, to its end, so that it can be delivered from there, and again after a crash.
 *
 * @throws UsageError if the file is there already, or cannot be written; Interrupted if it is stopped
 */
export async function spool(path: string, io: Pick<Io, "stdin">, stop: AbortSignal): Promise<void> {
  const file = await openNew(path);
  try {
    await pipeline(io.stdin, file.createWriteStream({ flush: true }), { signal: stop });
  } catch (error) {
    if (!stop.aborted) {
      // Kept: what was read of standard input may stand nowhere else.
      const { message } = cannotWrite(path, error);
      throw new UsageError(`${message} Nothing was sent; ${path} holds only the beginning, and has to give way first.`);
    }
    // Half of it would look like all of it, and stand in the way of the next try.
    await unlink(path).catch(() => undefined);
    throw new Interrupted(`Interrupted while standard input was written to ${path}; nothing was sent.`);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw cannotWrite(path, error);
    throw new UsageError(
      `${path} is there already. To go on with what it holds, deliver it as a file; to spool anew, remove it or choose another one.`,
    );
  }
}

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(`Cannot write standard input to ${path}: ${fileErrorReason(error)}.`);
}
