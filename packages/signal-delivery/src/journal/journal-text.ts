import { crc32 } from "node:zlib";

import type { Fingerprint } from "./fingerprint.js";

/** What the input of a journal holds. A file can be taken for both, and what is done of one is not done of the other. */
export type JournalKind = "events" | "dead letters";

/** The first line of a journal: all that was known when the file was written anew. */
export interface Checkpoint {
  /** The first version has no checksums. */
  readonly version: 1 | 2;
  /** Names the journal, so that dead letters can be told to be of it. */
  readonly id: string;
  /** Not there where the first version wrote it. */
  readonly kind?: JournalKind;
  readonly deduplicate: boolean;
  readonly fingerprint: Fingerprint;
  readonly position: number;
  readonly beyond: readonly number[];
  readonly inTheAir: readonly number[];
  /** Whose record is written while a call is left, and what that call needs. Not there where there is none. */
  readonly partial?: readonly (readonly [position: number, resume: string])[];
  /** The checksums of the lines at `beyond`, `inTheAir` and `partial`, each behind its position, as far as they are known. */
  readonly lines?: readonly number[];
}

/** A line after the first: what happened since. `line` is the checksum of the line of the input, if it is known. */
export type Entry =
  | { readonly settled: number; readonly line?: number | undefined }
  | { readonly attempt: number; readonly line?: number | undefined }
  | { readonly withdrawn: number }
  | { readonly partial: number; readonly resume: string; readonly line?: number | undefined }
  | { readonly inputChanged: true };

/** A journal as it was left. */
export interface FoundJournal extends Checkpoint {
  readonly inputChanged: boolean;
  /** The checksums of lines that are settled or were attempted. */
  readonly lineChecksums: ReadonlyMap<number, number>;
}

/** A journal is not what was written. */
export class DamagedJournal extends Error {
  override readonly name = "DamagedJournal";
  /** Which line of the journal is damaged, from 1. */
  readonly line: number;
  /** Whether it certainly was a journal once, so that it may be written over. */
  readonly isOurs: boolean;

  constructor(line: number, isOurs: boolean) {
    super(`damaged at line ${line}`);
    this.line = line;
    this.isOurs = isOurs;
  }
}

const SUM = ',"sum":';

/**
 * Writes the lines of a journal, each with a checksum of it and of all lines before it, so that a line that was changed, removed
 * or moved is noticed.
 */
export class Seal {
  #sum = 0;

  /** Begins again, with the first line of a file. */
  restart(): void {
    this.#sum = 0;
  }

  /** A line, with its line feed. */
  lineOf(value: Checkpoint | Entry): string {
    const body = JSON.stringify(value).slice(0, -1);
    this.#sum = crc32(body, this.#sum);
    return `${body}${SUM}${this.#sum}}\n`;
  }

  /** Whether a line, without its line feed, is what was written after those before it. */
  takes(line: string): boolean {
    const at = line.lastIndexOf(SUM);
    if (at === -1) return false;
    const sum = crc32(line.slice(0, at), this.#sum);
    if (line.slice(at) !== `${SUM}${sum}}`) return false;
    this.#sum = sum;
    return true;
  }
}

/**
 * Reads a journal; `undefined` if it is a file of something else. What a crash has torn off its last line is left out: a line that
 * is not ended.
 *
 * @throws DamagedJournal if it is not what was written
 */
export function readJournalText(text: string): FoundJournal | undefined {
  const [first = "", ...rest] = text.split("\n");
  const value = parse(first);
  const seemsOurs = first.replaceAll("\0", "") === "" || first.startsWith('{"version":');
  if (!isCheckpoint(value)) {
    if (seemsOurs || (value !== undefined && !isObject(value))) throw new DamagedJournal(1, seemsOurs);
    return undefined;
  }
  const seal = value.version === 1 ? undefined : new Seal();
  // A checkpoint is there whole or not at all.
  if (seal !== undefined && (rest.length === 0 || !seal.takes(first))) throw new DamagedJournal(1, true);

  const beyond = new Set(value.beyond);
  const inFlight = new Set(value.inTheAir);
  const partial = new Map(value.partial);
  const { lines = [] } = value;
  const lineChecksums = new Map<number, number>();
  for (let at = 0; at + 1 < lines.length; at += 2) lineChecksums.set(Number(lines[at]), Number(lines[at + 1]));
  let inputChanged = false;
  for (const [index, line] of rest.entries()) {
    if (index === rest.length - 1 && seal !== undefined) break;
    if (line === "") continue;
    const parsed = parse(line);
    const entry = isEntry(parsed) ? parsed : undefined;
    if (seal !== undefined && (entry === undefined || !seal.takes(line))) throw new DamagedJournal(index + 2, true);
    if (entry === undefined) continue;
    const { attempt, withdrawn, settled, partial: written, resume, line: checksum } = entry;
    inputChanged ||= entry.inputChanged !== undefined;
    const position = settled ?? attempt ?? written;
    if (position !== undefined && checksum !== undefined) lineChecksums.set(position, checksum);
    if (attempt !== undefined) inFlight.add(attempt);
    if (withdrawn !== undefined) inFlight.delete(withdrawn);
    if (written !== undefined && resume !== undefined) {
      inFlight.delete(written);
      partial.set(written, resume);
    }
    if (settled === undefined) continue;
    beyond.add(settled);
    inFlight.delete(settled);
    partial.delete(settled);
  }
  for (const position of lineChecksums.keys()) {
    if (!beyond.has(position) && !inFlight.has(position) && !partial.has(position)) lineChecksums.delete(position);
  }
  const noted = { beyond: [...beyond], inTheAir: [...inFlight], partial: [...partial] };
  return { ...value, ...noted, inputChanged, lineChecksums };
}

type Check = (value: unknown) => boolean;

const FINGERPRINT = {
  // As much as is ever looked at.
  headBytes: (value) => isCount(value) && value <= 64 * 1024,
  head: isText,
  offset: isCount,
  tail: isText,
} as const satisfies Record<keyof Fingerprint, Check>;

const CHECKPOINT = {
  version: (value) => value === 1 || value === 2,
  id: isText,
  kind: (value) => value === undefined || value === "events" || value === "dead letters",
  deduplicate: (value) => typeof value === "boolean",
  fingerprint: (value) => has(value, FINGERPRINT),
  position: isCount,
  beyond: isCounts,
  inTheAir: isCounts,
  partial: (value) => value === undefined || (Array.isArray(value) && value.every(isResume)),
  lines: (value) => value === undefined || (isCounts(value) && value.length % 2 === 0),
} as const satisfies Record<keyof Checkpoint, Check>;

const ENTRY = {
  settled: isCountOrNothing,
  attempt: isCountOrNothing,
  withdrawn: isCountOrNothing,
  partial: isCountOrNothing,
  resume: (value) => value === undefined || isText(value),
  line: isCountOrNothing,
  inputChanged: (value) => value === undefined || value === true,
} as const satisfies Record<string, Check>;

type FoundEntry = Partial<Record<Exclude<keyof typeof ENTRY, "resume">, number>> & { readonly resume?: string };

function isCheckpoint(value: unknown): value is Checkpoint {
  return has(value, CHECKPOINT);
}

function isEntry(value: unknown): value is FoundEntry {
  return has(value, ENTRY);
}

function has(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return isObject(value) && Object.entries(checks).every(([field, isRight]) => isRight(value[field]));
}

function isObject(value: unknown): value is Partial<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isResume(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && isText(value[1]);
}

function isCountOrNothing(value: unknown): boolean {
  return value === undefined || isCount(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
