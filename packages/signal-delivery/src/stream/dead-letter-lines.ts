import { access, open, type FileHandle } from "node:fs/promises";

import { printable } from "../text/printable.js";
import { similarFileHint } from "../similar-file.js";
import { MAX_LINE_BYTES, readLines, type StartingPoint } from "../file/lines.js";
import { readFile } from "../file/read-file.js";
import { letterWithoutAmbiguousConsent } from "../json/consent-keys.js";
import { parseExactly } from "../json/exact-json.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import type { DeadLetter } from "./dead-letter.js";

/** A line of a file of dead letters. */
export interface DeadLetterLine {
  /** Which line of its file it is, from 1. */
  readonly number: number;
  /** Where it begins, in bytes. */
  readonly offset: number;
  /** Where the next line begins, in bytes. */
  readonly endOffset: number;
  /** The CRC-32 of its bytes. */
  readonly checksum: number;
  /** `undefined` if the line is none: torn by a crash, edited, or of another kind. */
  readonly letter: DeadLetter | undefined;
}

/** A dead letter, and which line of its file it is. */
export interface NumberedLetter extends DeadLetterLine {
  readonly letter: DeadLetter;
}

/** What a file of dead letters holds. */
export interface DeadLetterCount {
  /** How many dead letters. */
  readonly letters: number;
  /** The numbers of the lines that are none. */
  readonly others: readonly number[];
}

/** @throws UsageError if there is no such file */
export async function openLetters(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${fileErrorReason(error)}.${await similarFileHint(path, error)}`);
  }
}

/**
 * A letter can hold a line of the input as a text, in which a byte can take six (\u0000), and in Base64 or once more as an event, and
 * more beside it.
 */
export const MAX_LETTER_BYTES = 13 * MAX_LINE_BYTES;

/** The lines of a file, in order. Blank ones are passed over. */
export async function* linesOf(file: FileHandle, start?: StartingPoint): AsyncGenerator<DeadLetterLine> {
  let offset = start?.offset ?? 0;
  const lines = readLines(readFile(file, offset), start, MAX_LETTER_BYTES);
  for await (const { number, bytes, tooLong, checksum, endOffset } of lines) {
    const text = bytes.toString();
    if (tooLong || text.trim() !== "") yield { number, offset, endOffset, checksum, letter: letterIn(text) };
    offset = endOffset;
  }
}

/** Whether a line is a dead letter. */
export function isLetter(line: DeadLetterLine): line is NumberedLetter {
  return line.letter !== undefined;
}

/**
 * Reads a file through and counts what it holds.
 *
 * @param path what to call it
 * @throws UsageError if it holds something, and not one dead letter
 */
export async function countLetters(file: FileHandle, path: string): Promise<DeadLetterCount> {
  const count = await countLines(file);
  if (count.letters === 0 && count.others.length > 0) throw await notLetters(path);
  return count;
}

/** Counts what a file holds; `undefined` if it is not there. */
export async function countLettersAt(path: string): Promise<DeadLetterCount | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    return await countLines(file);
  } finally {
    await file.close();
  }
}

async function countLines(file: FileHandle): Promise<DeadLetterCount> {
  let letters = 0;
  const others: number[] = [];
  for await (const line of linesOf(file)) {
    if (isLetter(line)) letters += 1;
    else others.push(line.number);
  }
  return { letters, others };
}

/** That a file holds something else, an input say, and which one may be meant. */
export async function notLetters(path: string): Promise<UsageError> {
  const meant = `${path}.dead-letters.ndjson`;
  const isThere = await access(meant).then(
    () => true,
    () => false,
  );
  const hint = isThere ? ` Did you mean ${printable(meant)}?` : "";
  return new UsageError(`${printable(path)} is no file of dead letters.${hint}`);
}

/** What every letter has. An audit, or the output of a command, has some of it; none has all. */
const FIELDS = {
  position: "number",
  reason: "string",
  class: "string",
  message: "string",
  maybeDelivered: "boolean",
  attempts: "number",
  lastAt: "string",
} as const satisfies Partial<Record<keyof DeadLetter, string>>;

function letterIn(text: string): DeadLetter | undefined {
  let value: unknown;
  try {
    // An editor may have put a byte order mark before the first line, and files may have been joined.
    const json = text.replace(/^\ufeff/, "");
    value = letterWithoutAmbiguousConsent(json, parseExactly(json));
  } catch {
    return undefined;
  }
  return isDeadLetter(value) ? value : undefined;
}

/** Whether a value has all that every letter has. */
export function isDeadLetter(value: unknown): value is DeadLetter {
  if (typeof value !== "object" || value === null) return false;
  const letter = value as Partial<Record<string, unknown>>;
  return (
    Object.entries(FIELDS).every(([field, type]) => typeof letter[field] === type) &&
    ("line" in letter ? typeof letter.line === "string" : "event" in letter)
  );
}
