import type { LogMark } from "./log-mark.js";

/** How far a partition is: what a commit says, and all that a later owner of the partition has to know. */
export interface PartitionProgress {
  /** The next offset to be settled: below it, all is. What Kafka calls the committed offset. */
  readonly offset: number;
  /** Offsets from there on that are settled all the same, in order. */
  readonly settled: readonly number[];
  /** Offsets whose event was about to be sent, with deduplication off, so that it may have been delivered. */
  readonly attempted: readonly number[];
  /**
   * The last message that this is about, by which the log is recognized: progress in one log says nothing of another. Not there
   * if there was none, or if nothing is known of it.
   */
  readonly mark?: LogMark;
}

/**
 * How far the newest offset that is taken up may be from the lowest that is not settled. With it, a bit for each of them fits
 * into the metadata of a commit, which is 4,096 bytes at the most (Kafka's `offset.metadata.max.bytes`).
 */
export const MAX_WINDOW = 2_000;

/** Of this version of the worker. */
const VERSION = "2";
/** Of the version before, which did not know of marks. */
const VERSION_WITHOUT_MARK = "1";

/** Writes what goes with the offset into the metadata of a commit: a version, a bit for each offset of two sets, and the mark. */
export function metadataOf({ offset, settled, attempted, mark }: PartitionProgress): string {
  if (settled.length === 0 && attempted.length === 0 && mark === undefined) return "";
  const markText = mark === undefined ? "" : `${mark.offset}.${mark.fingerprint}`;
  return [VERSION, bitsOf(settled, offset), bitsOf(attempted, offset), markText].join(":");
}

/**
 * Reads what {@link metadataOf} has written. Metadata of somebody else says nothing: then all from the offset on is still to be
 * done.
 */
export function progressOf(offset: number, metadata: string | null | undefined): PartitionProgress {
  const [version, settled = "", attempted = "", markText = ""] = (metadata ?? "").split(":");
  if (version !== VERSION && version !== VERSION_WITHOUT_MARK) return { offset, settled: [], attempted: [] };
  const [, markOffset, fingerprint] = MARK.exec(markText) ?? [];
  return {
    offset,
    settled: offsetsOf(settled, offset),
    attempted: offsetsOf(attempted, offset),
    ...(markOffset !== undefined && fingerprint !== undefined && { mark: { offset: Number(markOffset), fingerprint } }),
  };
}

const MARK = /^(\d{1,16})\.([\w-]{1,64})$/;

function bitsOf(offsets: readonly number[], base: number): string {
  const last = offsets.at(-1);
  if (last === undefined) return "";
  const bytes = Buffer.alloc(((last - base) >> 3) + 1);
  for (const offset of offsets) {
    const at = (offset - base) >> 3;
    bytes.writeUInt8(bytes.readUInt8(at) | (1 << ((offset - base) & 7)), at);
  }
  return bytes.toString("base64");
}

function offsetsOf(bits: string, base: number): number[] {
  const offsets: number[] = [];
  for (const [at, byte] of Buffer.from(bits, "base64").entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) offsets.push(base + at * 8 + bit);
  }
  return offsets;
}
