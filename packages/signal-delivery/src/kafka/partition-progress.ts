import type { LogMark } from "./log-mark.js";

/** How far a partition is: what a commit says, and all that a later owner of the partition has to know. */
export interface PartitionProgress {
  /** The next offset to be settled: below it, all is. What Kafka calls the committed offset. */
  readonly offset: number;
  /** Offsets from there on that are settled all the same, in order. */
  readonly settled: readonly number[];
  /** Offsets whose event was about to be sent, with deduplication off, so that it may have been delivered. */
  readonly attempted: readonly number[];
  /** Offsets whose record is written while a call is left, and what that call needs. Not there if there are none. */
  readonly partial?: readonly (readonly [offset: number, resume: string])[];
  /**
   * The last message that this is about, by which the log is recognized: progress in one log says nothing of another. Not there
   * if there was none, or if nothing is known of it.
   */
  readonly mark?: LogMark;
  /**
   * Below this offset, an event may end the process that plans it. While a batch is under way, it is {@link MAX_WINDOW} away: an owner
   * that dies does not get to say more. An owner that finds it plans each of these events with care, and what is not planned when
   * its batch ends remains. Not there if nothing is known against the events that follow.
   */
  readonly carefulBelow?: number;
  /** The event that is being planned with care, or over which earlier owners have ended. */
  readonly planning?: PlannedEvent;
}

/** An event that is being planned with care. */
export interface PlannedEvent {
  readonly offset: number;
  /** How many processes have begun to plan it, and may have ended over it. */
  readonly runs: number;
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

/**
 * Writes what goes with the offset into the metadata of a commit: a version, a bit for each offset of two sets, the mark, and what is
 * to be planned with care. A worker that does not know the last fields does not read them.
 */
export function metadataOf(progress: PartitionProgress): string {
  const { offset, settled, attempted, partial = [], mark, carefulBelow, planning } = progress;
  const fields = [
    bitsOf(settled, offset),
    bitsOf(attempted, offset),
    mark === undefined ? "" : `${mark.offset}.${mark.fingerprint}`,
    carefulBelow === undefined ? "" : String(carefulBelow),
    planning === undefined ? "" : `${planning.offset}.${planning.runs}`,
    partial.map(partialText).join(","),
  ];
  return fields.every((field) => field === "") ? "" : [VERSION, ...fields].join(":");
}

/**
 * Reads what {@link metadataOf} has written. Metadata of somebody else says nothing: then all from the offset on is still to be
 * done.
 */
export function progressOf(offset: number, metadata: string): PartitionProgress {
  const [version, settled = "", attempted = "", ...texts] = metadata.split(":");
  const [markText = "", carefulText = "", planningText = "", partialTexts = ""] = texts;
  if (version !== VERSION && version !== VERSION_WITHOUT_MARK) return { offset, settled: [], attempted: [] };
  const [, markOffset, fingerprint] = MARK.exec(markText) ?? [];
  const [carefulBelow] = OFFSET.exec(carefulText) ?? [];
  const [, plannedOffset, runs] = PLANNED.exec(planningText) ?? [];
  const partial = partialTexts.split(",").flatMap(partialOf);
  return {
    offset,
    settled: offsetsOf(settled, offset),
    attempted: offsetsOf(attempted, offset),
    ...(partial.length > 0 && { partial }),
    ...(markOffset !== undefined && fingerprint !== undefined && { mark: { offset: Number(markOffset), fingerprint } }),
    ...(carefulBelow !== undefined && { carefulBelow: Number(carefulBelow) }),
    ...(plannedOffset !== undefined && { planning: { offset: Number(plannedOffset), runs: Number(runs) } }),
  };
}

const MARK = /^(\d{1,16})\.([\w-]{1,64})$/;
const OFFSET = /^\d{1,16}$/;
const PLANNED = /^(\d{1,16})\.(\d{1,4})$/;

/** How many characters of the metadata what is left to do may take: with everything else they are fewer than 4,096. */
const MAX_PARTIAL_CHARACTERS = 3_000;

/**
 * As many of these offsets as there is room for in a commit, the lowest first. Of the others a later owner does not know that their record
 * is written.
 */
export function fittingPartial(
  partial: readonly (readonly [offset: number, resume: string])[],
): (readonly [offset: number, resume: string])[] {
  let left = MAX_PARTIAL_CHARACTERS;
  return partial
    .toSorted(([one], [other]) => one - other)
    .filter((one) => {
      left -= partialText(one).length + 1;
      return left >= 0;
    });
}

function partialText([offset, resume]: readonly [offset: number, resume: string]): string {
  return `${offset}.${encodeURIComponent(resume)}`;
}

const PARTIAL = /^(\d{1,16})\.([\w%.!~*'()-]+)$/;

function partialOf(text: string): [number, string][] {
  const [, offset, resume] = PARTIAL.exec(text) ?? [];
  if (offset === undefined || resume === undefined) return [];
  try {
    return [[Number(offset), decodeURIComponent(resume)]];
  } catch {
    return [];
  }
}

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
