import { promisify } from "node:util";
import * as zlib from "node:zlib";

import { Inflated, InflateError } from "./inflated.js";

/** Node.js has it from 22.15 on. */
const { zstdDecompress } = zlib as {
  zstdDecompress?: (
    bytes: Buffer,
    options: { readonly maxOutputLength: number },
    callback: (error: Error | null, inflated: Buffer) => void,
  ) => void;
};

const MAX_EXPECTED = 1_000_000;
/** How far back it may refer: what zstd itself allows unless it is told otherwise. */
const MAX_WINDOW_BYTES = 2 ** 27;
/** Bits of the byte that follows the magic number of a frame. */
const SINGLE_SEGMENT = 0x20;

/**
 * Decompresses Zstandard: with Node.js, or with the package fzstd where Node.js is too old for it.
 *
 * @param limit how long it may become, in bytes
 */
export async function inflateZstd(compressed: Buffer, limit: number): Promise<Buffer> {
  return zstdDecompress === undefined
    ? inflateWithFzstd(compressed, limit)
    : promisify(zstdDecompress)(compressed, { maxOutputLength: limit });
}

/** @throws InflateError also if fzstd is not installed */
export async function inflateWithFzstd(compressed: Buffer, limit: number): Promise<Buffer> {
  const { Decompress } = await loadFzstd();
  if (windowOf(compressed) > MAX_WINDOW_BYTES) throw new InflateError("refers too far back");
  const inflated = new Inflated(limit, Math.min(4 * compressed.length, MAX_EXPECTED));
  const stream = new Decompress((bytes) => {
    inflated.append(bytes);
  });
  stream.push(compressed, true);
  return inflated.toBuffer();
}

/** How much memory the first frame asks for, in bytes. */
function windowOf(frame: Buffer): number {
  if (frame.length < 18) return 0;
  const descriptor = frame.readUInt8(4);
  // Then the content is the window, and as long as the limit allows.
  if ((descriptor & SINGLE_SEGMENT) !== 0) {
    const sizeBytes = [1, 2, 4, 8][descriptor >> 6] ?? 8;
    const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
    return sizeBytes === 8 ? Number(frame.readBigUInt64LE(at)) : frame.readUIntLE(at, sizeBytes);
  }
  const window = frame.readUInt8(5);
  const base = 2 ** (10 + (window >> 3));
  return base + (base / 8) * (window & 7);
}

async function loadFzstd(): Promise<typeof import("fzstd")> {
  try {
    return await import("fzstd");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InflateError("needs Node.js 22.15 or later, or the package fzstd: npm install fzstd");
  }
}
