import { Bytes, Inflated, InflateError } from "./inflated.js";

/** How Java's producer begins: blocks follow, each with its length. Others write one block, and nothing before it. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
/** After it come two versions. */
const XERIAL_VERSIONS_BYTES = 8;

const MAX_EXPECTED = 1_000_000;

/**
 * Decompresses Snappy, in the framing of Java's producer (Xerial's) or without one.
 *
 * @param limit how long it may become, in bytes
 * @throws InflateError
 */
export function inflateSnappy(compressed: Buffer, limit: number): Buffer {
  const inflated = new Inflated(limit, Math.min(4 * compressed.length, MAX_EXPECTED));
  const bytes = new Bytes(compressed);
  if (!compressed.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    inflateBlock(bytes, inflated);
    return inflated.toBuffer();
  }
  bytes.take(XERIAL_MAGIC.length + XERIAL_VERSIONS_BYTES);
  while (bytes.left > 0) inflateBlock(new Bytes(bytes.take(bytes.take(4).readUInt32BE())), inflated);
  return inflated.toBuffer();
}

function inflateBlock(bytes: Bytes, inflated: Inflated): void {
  const end = inflated.length + varint(bytes);
  const begin = inflated.length;
  while (bytes.left > 0) {
    const tag = bytes.byte();
    const high = tag >> 2;
    if ((tag & 3) === 0) {
      inflated.append(bytes.take(1 + (high < 60 ? high : bytes.littleEndian(high - 59))));
      continue;
    }
    const [length, distance] =
      (tag & 3) === 1
        ? [4 + (high & 7), ((tag >> 5) << 8) + bytes.byte()]
        : [1 + high, bytes.littleEndian((tag & 3) === 2 ? 2 : 4)];
    if (distance > inflated.length - begin) throw new InflateError("refers to bytes that are not there");
    inflated.repeat(distance, length);
  }
  if (inflated.length !== end) throw new InflateError("is not as long as it says");
}

/** Seven bits to a byte, the lowest first. */
function varint(bytes: Bytes): number {
  let number = 0;
  for (let factor = 1; factor < 2 ** 35; factor *= 128) {
    const byte = bytes.byte();
    number += (byte & 127) * factor;
    if (byte < 128) return number;
  }
  throw new InflateError("has no length");
}
