import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** What a file looked like in two places, so that another file under the same name is noticed. A file may grow. */
export interface Fingerprint {
  /** How many bytes from the beginning were looked at, and their hash. */
  readonly headBytes: number;
  readonly head: string;
  /** The hash of the bytes just before the offset that the journal has come to. */
  readonly offset: number;
  readonly tail: string;
}

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024;

/** Takes the fingerprint of a file at an offset; as many bytes of its head as another fingerprint, to be compared with. */
export async function fingerprintOf(file: FileHandle, offset: number, headBytes = HEAD_BYTES): Promise<Fingerprint> {
  const head = await read(file, 0, headBytes);
  const tail = await read(file, Math.max(0, offset - TAIL_BYTES), Math.min(offset, TAIL_BYTES));
  return { headBytes: head.length, head: hash(head), offset, tail: hash(tail) };
}

/** Takes the fingerprint of the same file further on; `undefined` if it is not what it was, or ends before that. */
export async function fingerprintFurtherOn(
  file: FileHandle,
  before: Fingerprint,
  offset: number,
): Promise<Fingerprint | undefined> {
  const further = await fingerprintOf(file, offset);
  // Looked at afterwards, so that what was taken above is not of another file.
  return (await reaches(file, offset)) && (await hasFingerprint(file, before)) ? further : undefined;
}

/** Whether a file still is what it was. */
export async function hasFingerprint(file: FileHandle, expected: Fingerprint): Promise<boolean> {
  // What lies beyond the end is read as nothing, and nothing is always the same.
  if (!(await reaches(file, expected.offset))) return false;
  const actual = await fingerprintOf(file, expected.offset, expected.headBytes);
  return actual.head === expected.head && actual.tail === expected.tail;
}

async function reaches(file: FileHandle, offset: number): Promise<boolean> {
  return (await file.stat()).size >= offset;
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
