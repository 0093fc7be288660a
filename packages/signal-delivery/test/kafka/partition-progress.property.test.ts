import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";

import { fittingPartial, MAX_WINDOW, metadataOf, progressOf } from "../../src/kafka/partition-progress.js";

/** Kafka's `offset.metadata.max.bytes`. */
const MAX_METADATA_BYTES = 4_096;

const within = fc.uniqueArray(fc.nat({ max: MAX_WINDOW - 1 }), { maxLength: MAX_WINDOW });
const ascending = (numbers: readonly number[], base: number) =>
  [...numbers].sort((one, other) => one - other).map((number) => base + number);

const mark = fc.record({ offset: fc.nat({ max: 2 ** 50 }), fingerprint: fc.stringMatching(/^[\w-]{11}$/) });

const carefulBelow = fc.nat({ max: 2 ** 50 });
const planning = fc.record({ offset: fc.nat({ max: 2 ** 50 }), runs: fc.integer({ min: 1, max: 9_999 }) });
const care = fc.record({ mark, carefulBelow, planning }, { requiredKeys: [] });

const written = fc.uniqueArray(fc.tuple(fc.nat({ max: MAX_WINDOW - 1 }), fc.string({ minLength: 1, maxLength: 100 })), {
  selector: ([offset]) => offset,
});

test.prop([fc.nat({ max: 2 ** 50 }), within, within, care, written])(
  "what is written into a commit is read from it again, and a commit takes it",
  (offset, settled, attempted, care, someWritten) => {
    const partial = fittingPartial(someWritten.map(([at, resume]) => [offset + at, resume]));
    const progress = {
      offset,
      settled: ascending(settled, offset),
      attempted: ascending(attempted, offset),
      ...(partial.length > 0 && { partial }),
      ...care,
    };

    const metadata = metadataOf(progress);

    expect(progressOf(offset, metadata)).toEqual(progress);
    expect(Buffer.byteLength(metadata)).toBeLessThanOrEqual(MAX_METADATA_BYTES);
  },
);

test.prop([fc.string()])("metadata of somebody else says nothing", (metadata) => {
  fc.pre(!/^[12](?::|$)/.test(metadata));
  expect(progressOf(7, metadata)).toEqual({ offset: 7, settled: [], attempted: [] });
});

test("what the versions before have committed is read, too", () => {
  expect(progressOf(7, "1:Ag==:")).toEqual({ offset: 7, settled: [8], attempted: [] });
  expect(progressOf(7, "2:Ag==::6.0123456789a")).toEqual({
    offset: 7,
    settled: [8],
    attempted: [],
    mark: { offset: 6, fingerprint: "0123456789a" },
  });
});
