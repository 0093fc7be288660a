import type { FileHandle } from "node:fs/promises";

import type { StartingPoint } from "./lines.js";
import { readFile } from "./read-file.js";

const LINE_FEED = 0x0a;

/** What was read from a line. */
interface LineRecord {
  readonly kind: "event" | "unreadable";
  readonly position: number;
  readonly endOffset: number;
}

/**
 * Passes the records of a file on, but not a torn last line, which is not ended and cannot be read: who writes the file may not be
 * done with it. One that can be read is whole.
 *
 * @param onIncomplete is told its number
 */
export async function* withoutIncompleteLastLine<R extends LineRecord>(
  records: AsyncIterable<R>,
  file: FileHandle,
  onIncomplete: (position: number) => void,
): AsyncGenerator<R> {
  for await (const record of records) {
    if (record.kind === "event" || (await byteAt(file, record.endOffset - 1)) === LINE_FEED) yield record;
    else onIncomplete(record.position);
  }
}

/** Where to go on where the last line was not ended: behind its line feed, if that has come since. */
export async function afterLineFeed(file: FileHandle, start: StartingPoint): Promise<StartingPoint> {
  const isOpen = start.offset > 0 && (await byteAt(file, start.offset - 1)) !== LINE_FEED;
  const isEndedSince = isOpen && (await byteAt(file, start.offset)) === LINE_FEED;
  return isEndedSince ? { ...start, offset: start.offset + 1 } : start;
}

async function byteAt(file: FileHandle, offset: number): Promise<number | undefined> {
  for await (const chunk of readFile(file, offset)) return chunk[0];
  return undefined;
}
