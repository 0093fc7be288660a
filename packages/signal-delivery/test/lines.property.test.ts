import { Readable } from "node:stream";

import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { readLines } from "../src/file/lines.js";
import { readNdjson } from "../src/source/ndjson.js";

/** Bytes in which line feeds, blanks and characters of several bytes are common. */
const bytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom("\n", "\n\n", "\r\n", " ", "\u{feff}", "€", "🙂", '{"a":1}', '"\\n"', "null")
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 6 }).map((array) => Buffer.from(array)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts));
const chunked = fc.tuple(bytes, fc.array(fc.nat({ max: 200 }), { maxLength: 20 })).map(([whole, cuts]) => {
  const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return { whole, chunks: at.slice(1).map((end, index) => whole.subarray(at[index], end)) };
});

const streamOf = (chunks: readonly Buffer[]) => Readable.from(chunks) as AsyncIterable<Buffer>;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The lines of the whole, by another way: Latin-1 is one character a byte. */
function linesOf(whole: Buffer): string[] {
  const lines = whole.toString("latin1").split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

describe("any bytes, in any chunks", () => {
  test.prop([chunked])("have the lines, and the numbers of lines, that the whole has", async ({ whole, chunks }) => {
    const lines = await all(readLines(streamOf(chunks)));

    expect(lines.map(({ bytes }) => bytes.toString("latin1"))).toEqual(linesOf(whole));
    expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.some(({ tooLong }) => tooLong)).toBe(false);
  });

  test.prop([chunked])(
    "give one record for each line that is not blank, at its position",
    async ({ whole, chunks }) => {
      const records = await all(readNdjson(streamOf(chunks)));

      const expected = linesOf(whole).flatMap((line, index) => {
        const buffer = Buffer.from(line, "latin1");
        const position = index + 1;
        // Node's own decoder replaces what is not UTF-8, so that only what is comes back as it was.
        if (!Buffer.from(buffer.toString()).equals(buffer)) return [{ kind: "unreadable", position }];
        const text = buffer.toString().trim();
        if (text === "") return [];
        try {
          return [{ kind: "event", position, event: JSON.parse(text) as unknown }];
        } catch {
          return [{ kind: "unreadable", position }];
        }
      });
      expect(
        records.map((record) => {
          const { kind, position } = record;
          return record.kind === "event" ? { kind, position, event: record.event } : { kind, position };
        }),
      ).toEqual(expected);
    },
  );
});
