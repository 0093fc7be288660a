import type { EventRecords, SourceRecord } from "../stream/event-source.js";
import { lineOf, parseEvent } from "./parse-event.js";
import { readLines, type Line, type StartingPoint } from "../file/lines.js";

/** Reads NDJSON: one event a line. Blank lines are passed over; a line that cannot be read is a record of its own. */
export async function* readNdjson(
  stream: AsyncIterable<Buffer>,
  start?: StartingPoint,
): EventRecords & AsyncGenerator<SourceRecord> {
  for await (const line of readLines(stream, start)) {
    const record = parseLine(line);
    if (record !== undefined) yield record;
  }
}

function parseLine({ number: position, bytes, tooLong, checksum, endOffset }: Line): SourceRecord | undefined {
  const unreadable = (message: string): SourceRecord => ({
    kind: "unreadable",
    position,
    endOffset,
    checksum,
    ...lineOf(bytes),
    message,
  });
  if (tooLong) return unreadable("The line is longer than 10 MiB; only its beginning is kept");
  const parsed = parseEvent(bytes);
  if (parsed === undefined) return undefined;
  return "problem" in parsed
    ? unreadable(`The line ${parsed.problem}`)
    : { kind: "event", position, endOffset, checksum, ...parsed };
}
