import { constants } from "node:fs";
import { open, realpath, stat, type FileHandle } from "node:fs/promises";

import { readLines } from "../file/lines.js";
import { readFile } from "../file/read-file.js";
import { linesOf } from "./dead-letter-lines.js";
import type { DeadLetter } from "./dead-letter.js";
import { lineFeedIfTorn } from "./torn-line.js";

/** What names the event of a letter: where it was read. */
type EventPlace = Pick<DeadLetter, "position" | "journal" | "topic" | "partition"> & {
  readonly messageId?: string | null;
};

/**
 * Names the event that a letter is of, so that two letters of one event are noticed; `undefined` if the letter does not tell where
 * it was read. The same place of a topic can hold another event after the topic was made again, so its `messageId` counts there.
 */
export function eventKeyOf({ position, journal, topic, partition, messageId }: EventPlace): string | undefined {
  if (topic !== undefined) return JSON.stringify([topic, partition, position, messageId ?? null]);
  return journal === undefined ? undefined : JSON.stringify([journal, position]);
}

/** Where replays note which letters they have settled. Beside the letters, from which they are then removed. */
export function settledFileOf(letters: string): string {
  return `${letters}.settled`;
}

/**
 * Notes letters as settled by a replay: delivered or dropped, and not to be sent again. Resolves when that is on disk.
 *
 * @param letters the file that they were in
 */
export async function noteSettled(letters: string, settled: readonly EventPlace[]): Promise<void> {
  const noted = await settledKeys(letters);
  const lines = settled
    .filter((letter) => {
      const key = eventKeyOf(letter);
      return key !== undefined && !noted.has(key);
    })
    .map(({ position, journal, topic, partition, messageId }) =>
      JSON.stringify(topic === undefined ? { journal, position } : { topic, partition, position, messageId }),
    );
  if (lines.length === 0) return;
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const file = await open(settledFileOf(letters), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    await file.appendFile(`${await lineFeedIfTorn(file)}${lines.join("\n")}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The events whose letters earlier replays have settled. */
export async function settledKeys(letters: string): Promise<Set<string>> {
  const keys = new Set<string>();
  await eachSettled(letters, (place) => {
    const key = eventKeyOf(place);
    if (key !== undefined) keys.add(key);
  });
  return keys;
}

/**
 * The positions that a journal's runs have left as letters, wherever those are by now: in their file, in that of a replay that is
 * under way or was killed, or settled by a replay.
 */
export async function positionsOfLetters(path: string, journal: string): Promise<number[]> {
  const letters = await realpath(path).catch(() => path);
  const positions = new Set<number>();
  const addFrom = (file: FileHandle) => addPositions(file, journal, positions);
  const before = await looksOf(letters);
  // In the order in which a replay moves them, so that none is missed that is moved meanwhile.
  for (const name of [letters, `${letters}.replayed`, `${letters}.done`]) await withFile(name, addFrom);
  await eachSettled(letters, (place) => {
    if (place.journal === journal) positions.add(place.position);
  });
  // What a replay has put back.
  if ((await looksOf(letters)) !== before) await withFile(letters, addFrom);
  return [...positions];
}

async function addPositions(file: FileHandle, journal: string, positions: Set<number>): Promise<void> {
  for await (const { letter } of linesOf(file)) {
    if (letter?.journal === journal) positions.add(letter.position);
  }
}

async function looksOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

async function eachSettled(letters: string, tell: (place: EventPlace) => void): Promise<void> {
  await withFile(settledFileOf(letters), async (file) => {
    for await (const { bytes } of readLines(readFile(file))) {
      const place = parse(bytes.toString());
      if (place !== undefined) tell(place);
    }
  });
}

/** A line that was torn by a crash is none: what it was to note has not been removed. */
function parse(text: string): EventPlace | undefined {
  try {
    const value = JSON.parse(text) as Partial<EventPlace> | null;
    return typeof value?.position === "number" ? (value as EventPlace) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file, if it is there. */
export async function withFile(path: string, read: (file: FileHandle) => Promise<void>): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    if ((await file.stat()).isFile()) await read(file);
  } finally {
    await file.close();
  }
}
