import { crc32 } from "node:zlib";

/** A line longer than this is no event. Only its beginning is kept, so that memory stays bounded. */
export const MAX_LINE_BYTES = 10 * 1024 * 1024;
/** How much of a line that is too long is kept. */
const KEPT_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Where to begin in a source. */
export interface StartingPoint {
  /** The number of the last line before. */
  readonly position: number;
  /** Where the line after it begins, in bytes. */
  readonly offset: number;
}

/** One line of a stream of bytes. */
export interface Line {
  /** Which line it is, from 1. */
  readonly number: number;
  /** Its bytes, without the line feed; only the first of them if it is too long. */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  /** The CRC-32 of all its bytes, without the line feed. */
  readonly checksum: number;
  /** Where the line after it begins, in bytes from the beginning of the source. */
  readonly endOffset: number;
}

/**
 * Splits a stream, which begins at a starting point, into lines, without ever holding more than one of them.
 *
 * @param maxBytes how long a line may be, in bytes. Default: 10 MiB
 */
export async function* readLines(
  stream: AsyncIterable<Buffer>,
  start: StartingPoint = { position: 0, offset: 0 },
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<Line> {
  let number = start.position + 1;
  let offset = start.offset;
  let parts: Buffer[] = [];
  let length = 0;
  let checksum = 0;

  const append = (part: Buffer) => {
    checksum = crc32(part, checksum);
    if (length <= maxBytes) parts.push(part);
    length += part.length;
  };
  const end = (lineFeed: number): Line => {
    offset += length + lineFeed;
    const tooLong = length > maxBytes;
    const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    const line = {
      number,
      bytes: tooLong ? Buffer.from(whole.subarray(0, KEPT_BYTES)) : whole,
      tooLong,
      checksum,
      endOffset: offset,
    };
    number += 1;
    checksum = 0;
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of stream) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      append(chunk.subarray(from, at));
      yield end(1);
      from = at + 1;
    }
    if (from < chunk.length) append(chunk.subarray(from));
  }
  if (length > 0) yield end(0);
}
