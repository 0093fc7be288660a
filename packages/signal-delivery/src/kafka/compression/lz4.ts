import { Bytes, Inflated, InflateError } from "./inflated.js";

const MAGIC = 0x184d2204;
const VERSION = 1;
/** Bits of the flags of a frame. */
const HAS_BLOCK_CHECKSUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
/** Of the size of a block: it is not compressed. */
const AS_IT_IS = 0x80000000;
const MIN_MATCH = 4;
/** A length that goes on in the next bytes, in the four bits that there are for it. */
const GOES_ON = 15;

const MAX_EXPECTED = 1_000_000;

/**
 * Decompresses LZ4 frames. Kafka has checksums of its own, and so those of the frames are not looked at.
 *
 * @param limit how long it may become, in bytes
 * @throws InflateError
 */
export function inflateLz4(compressed: Buffer, limit: number): Buffer {
  const inflated = new Inflated(limit, Math.min(4 * compressed.length, MAX_EXPECTED));
  const bytes = new Bytes(compressed);
  do inflateFrame(bytes, inflated);
  while (bytes.left > 0);
  return inflated.toBuffer();
}

function inflateFrame(bytes: Bytes, inflated: Inflated): void {
  if (bytes.littleEndian(4) !== MAGIC) throw new InflateError("is not an LZ4 frame");
  const flags = bytes.byte();
  if (flags >> 6 !== VERSION) throw new InflateError("is of an unknown version of LZ4 frames");
  if ((flags & HAS_DICTIONARY) !== 0) throw new InflateError("needs a dictionary");
  // The size of blocks, then perhaps that of the content, then a checksum of all this.
  bytes.take(1 + ((flags & HAS_CONTENT_SIZE) === 0 ? 0 : 8) + 1);
  for (;;) {
    const size = bytes.littleEndian(4);
    if (size === 0) break;
    if (size >= AS_IT_IS) inflated.append(bytes.take(size - AS_IT_IS));
    else inflateBlock(new Bytes(bytes.take(size)), inflated);
    if ((flags & HAS_BLOCK_CHECKSUM) !== 0) bytes.take(4);
  }
  if ((flags & HAS_CONTENT_CHECKSUM) !== 0) bytes.take(4);
}

function inflateBlock(bytes: Bytes, inflated: Inflated): void {
  for (;;) {
    const token = bytes.byte();
    inflated.append(bytes.take(lengthOf(token >> 4, bytes)));
    // The last sequence is literals alone.
    if (bytes.left === 0) return;
    const distance = bytes.littleEndian(2);
    inflated.repeat(distance, MIN_MATCH + lengthOf(token & GOES_ON, bytes));
  }
}

function lengthOf(bits: number, bytes: Bytes): number {
  let length = bits;
  if (bits === GOES_ON) {
    for (let byte = 255; byte === 255;) {
      byte = bytes.byte();
      length += byte;
    }
  }
  return length;
}
