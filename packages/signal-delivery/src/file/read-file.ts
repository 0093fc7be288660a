import type { FileHandle } from "node:fs/promises";

import { fileErrorReason } from "../usage-error.js";
import { SourceError } from "./source-error.js";

/** So much of a file is read at once. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a file from an offset to its end. Not as a stream: one that is left before its end closes the file, which a journal
 * still looks into.
 *
 * @param stop ends the reading
 * @throws SourceError if it cannot be read on
 */
export async function* readFile(file: FileHandle, offset = 0, stop?: AbortSignal): AsyncGenerator<Buffer> {
  let position = offset;
  while (stop?.aborted !== true) {
    const chunk = await readChunk(file, position);
    if (chunk.length === 0) return;
    position += chunk.length;
    yield chunk;
  }
}

async function readChunk(file: FileHandle, position: number): Promise<Buffer> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new SourceError(`Cannot read on: ${fileErrorReason(error)}.`);
  }
}
