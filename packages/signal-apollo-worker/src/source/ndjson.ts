import type { EventSource, SourceRecord } from "./event-source.js";
import { readLines, type Line, type StartingPoint } from "./lines.js";

/** Nested deeper than this, an event is an accident or an attack; to write it as JSON could overflow the stack. */
const MAX_DEPTH = 500;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads NDJSON: one event a line. Blank lines are passed over; a line that cannot be read is a record of its own. */
export async function* readNdjson(
  stream: AsyncIterable<Buffer>,
  start?: StartingPoint,
): EventSource & AsyncGenerator<SourceRecord> {
  for await (const line of readLines(stream, start)) {
    const record = parseLine(line);
    if (record !== undefined) yield record;
  }
}

function parseLine({ number: position, bytes, tooLong, endOffset }: Line): SourceRecord | undefined {
  const unreadable = (message: string): SourceRecord => ({
    kind: "unreadable",
    position,
    endOffset,
    line: bytes.toString(),
    message,
  });
  if (tooLong) return unreadable("The line is longer than 10 MiB; only its beginning is kept");
  let text: string;
  try {
    text = utf8.decode(bytes).trim();
  } catch {
    return unreadable("The line is not UTF-8");
  }
  if (text === "") return undefined;
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return unreadable("The line is not JSON");
  }
  return isDeeperThan(MAX_DEPTH, event)
    ? unreadable("The line is nested too deeply")
    : { kind: "event", position, endOffset, event };
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeperThan(depth - 1, member));
}
