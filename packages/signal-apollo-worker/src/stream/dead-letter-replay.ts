import { open, readFile, rename, unlink, type FileHandle } from "node:fs/promises";

import type { EventRecord, UnreadableRecord } from "../source/event-source.js";
import { similarFileHint } from "../similar-file.js";
import { readLines, type StartingPoint } from "../source/lines.js";
import { readFile as readFileFrom } from "../source/read-file.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import type { DeadLetter } from "./dead-letter.js";

/** A dead letter, and which line of its file it is. */
export interface NumberedLetter {
  readonly number: number;
  /** Where the next line begins, in bytes. */
  readonly endOffset: number;
  readonly letter: DeadLetter;
}

/** @throws UsageError if there is no such file */
export async function openLetters(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${fileErrorReason(error)}.${await similarFileHint(path, error)}`);
  }
}

/** The letters of a file, in order. A line that is torn, by a crash while it was written, is passed over. */
export async function* lettersOf(file: FileHandle, start?: StartingPoint): AsyncGenerator<NumberedLetter> {
  for await (const { number, bytes, endOffset } of readLines(readFileFrom(file, start?.offset), start)) {
    const letter = parse(bytes.toString());
    if (isDeadLetter(letter)) yield { number, endOffset, letter };
  }
}

/** Whether a letter is left where it is: it may stand in Apollo already, and would be made a second time. */
export function isKeptBack({ maybeDelivered }: DeadLetter, deduplicate: boolean): boolean {
  return maybeDelivered && !deduplicate;
}

/** A letter as an event to be delivered. */
export function recordOf({ number, endOffset, letter }: NumberedLetter): EventRecord | UnreadableRecord {
  const place = { position: number, endOffset };
  if (letter.line === undefined) return { kind: "event", ...place, event: letter.event };
  const event = parse(letter.line);
  return event === undefined
    ? { kind: "unreadable", ...place, line: letter.line, message: "The line is not JSON" }
    : { kind: "event", ...place, event };
}

/**
 * Puts what is still dead in the place of the file: the letters that were kept back, and those that failed again. Whole or not
 * at all: a crash leaves the old file, with its journal, or the new one.
 */
export async function finishReplay(
  path: string,
  paths: { readonly journal: string; readonly stillDead: string },
  deduplicate: boolean,
): Promise<void> {
  const next = `${path}.next`;
  const file = await openLetters(path);
  const output = await open(next, "w", 0o600);
  let size = 0;
  try {
    for await (const { letter } of lettersOf(file)) {
      if (isKeptBack(letter, deduplicate)) size += (await output.write(`${JSON.stringify(letter)}\n`)).bytesWritten;
    }
    const stillDead = await readFile(paths.stillDead, "utf8").catch(() => "");
    size += (await output.write(stillDead)).bytesWritten;
    await output.sync();
  } finally {
    await output.close();
    await file.close();
  }
  await rename(next, path);
  await Promise.all([paths.stillDead, paths.journal].map((one) => unlink(one).catch(() => undefined)));
  if (size === 0) await unlink(path);
}

function isDeadLetter(value: unknown): value is DeadLetter {
  return typeof value === "object" && value !== null && "reason" in value && ("event" in value || "line" in value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
