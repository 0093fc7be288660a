import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, stat, unlink, type FileHandle } from "node:fs/promises";

import { printableJson } from "../text/printable.js";
import type { EventRecord, UnreadableRecord } from "./event-source.js";
import { withoutAmbiguousConsent } from "../json/consent-keys.js";
import { parseExactly } from "../json/exact-json.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { HaltError } from "../halt-error.js";
import { isInPlace } from "./dead-letter-file.js";
import { isLetter, linesOf, openLetters, type DeadLetterLine, type NumberedLetter } from "./dead-letter-lines.js";
import { resumeIn, type DeadLetter } from "./dead-letter.js";
import type { ReplayChoice } from "./replay-choice.js";
import { noteSettled, withFile } from "./settled-letters.js";
import { lineFeedIfTorn } from "./torn-line.js";

/** The files of a replay. */
export interface ReplayFiles {
  /** The dead letters, to which other runs may add all the time. */
  readonly letters: string;
  readonly lock: string;
  /** How far the replay is. */
  readonly journal: string;
  /** The letters that failed again. */
  readonly stillDead: string;
  /** The dead letters after all of them were replayed, until what is left of them stands in `letters` again. */
  readonly replayed: string;
  /** The same after that: the replay is over, and its files can go. */
  readonly done: string;
}

/** Where the files of a replay are: all beside the dead letters. */
export function replayFilesOf(letters: string): ReplayFiles {
  return {
    letters,
    lock: `${letters}.lock`,
    journal: `${letters}.journal`,
    stillDead: `${letters}.replay`,
    replayed: `${letters}.replayed`,
    done: `${letters}.done`,
  };
}

/**
 * Opens the letters to be replayed: those of a replay that was killed at its very end, so that it comes to it, or the file. Of the
 * former nothing more is sent: what was not is in the file again, or will be.
 *
 * @throws UsageError if there are none
 */
export async function openReplay(files: ReplayFiles): Promise<{ input: FileHandle; isEnding: boolean }> {
  await removeWhatIsDone(files);
  const isEnding = await isThere(files.replayed);
  return { input: await openLetters(isEnding ? files.replayed : files.letters), isEnding };
}

/** What stands in a text in the place of bytes that were not UTF-8. */
const REPLACEMENT = "\uFFFD";

/** A letter as an event to be delivered. */
export function recordOf({ number, endOffset, checksum, letter }: NumberedLetter): EventRecord | UnreadableRecord {
  const place = { position: number, endOffset, checksum };
  const { line, lineBase64 } = letter;
  const resume = resumeIn(letter);
  const whole = { kind: "event", ...place, ...(resume !== undefined && { resume }) } as const;
  if (line === undefined) return { ...whole, event: letter.event };
  // The event can have been corrected, and is sent; the line stays what came.
  if (Object.hasOwn(letter, "event")) return { ...whole, event: letter.event, line };
  const event = parse(line);
  // Delivered as it is, a name would be a broken one.
  const problem = event === undefined ? "JSON" : line.includes(REPLACEMENT) ? "UTF-8" : undefined;
  if (problem === undefined) return { ...whole, event };
  const content = { line, ...(lineBase64 !== undefined && { lineBase64 }) };
  return { kind: "unreadable", ...place, ...content, message: `The line is not ${problem}` };
}

/**
 * Leaves in the file what is not delivered: what was kept back, what failed again, what came meanwhile, and lines that are no
 * letters. Nothing is lost, whatever else happens:
 *
 * 1. The file is moved away. A run that adds to it looks before and after each write whether it is still in place, and writes
 *    into a new one if not. So all that counts as written into the old one can be read now.
 * 2. What is left is added to the new one. A replay that is killed here is ended by the next one, which sends nothing and adds
 *    only what is not there yet.
 * 3. Which letters are settled is noted, so that neither a run that goes on nor another replay sends their events again.
 * 4. The old one is renamed, which says that it is done with, and removed with the replay's other files.
 *
 * @param input the file that was replayed
 * @param choice which of its letters were sent
 * @param isDone whether a line was settled
 * @throws HaltError if what is left cannot be written; the next replay does it
 */
export async function finishReplay(
  input: FileHandle,
  files: ReplayFiles,
  choice: ReplayChoice,
  isDone: (line: number) => boolean,
): Promise<void> {
  try {
    if (await isInPlace(input, files.letters)) await rename(files.letters, files.replayed);
    else if (!(await isInPlace(input, files.replayed))) {
      throw new HaltError(`${files.letters} was replaced while it was replayed; it is left as it is.`);
    }
    await keepWhatIsLeft(input, files, choice, isDone);
    await rename(files.replayed, files.done);
    await removeWhatIsDone(files);
  } catch (error) {
    if (error instanceof HaltError) throw error;
    throw new HaltError(`Cannot write what is left to ${files.letters}: ${fileErrorReason(error)}.`);
  }
}

async function keepWhatIsLeft(
  input: FileHandle,
  { letters, stillDead }: ReplayFiles,
  choice: ReplayChoice,
  isDone: (line: number) => boolean,
): Promise<void> {
  const output = new Remainder(letters, await digestsOf(letters));
  const firstLives = new Map<number, FirstLife>();
  try {
    for await (const line of linesOf(input)) {
      const fate = isLetter(line) ? choice.fateOf(line.number) : "keep";
      if (fate === "remove") continue;
      if (isLetter(line) && fate === "send" && isDone(line.number))
        firstLives.set(line.number, firstLifeOf(line.letter));
      else await output.add(await bytesOf(input, line));
    }
    await withFile(stillDead, async (file) => {
      for await (const { letter } of linesOf(file)) {
        if (letter === undefined) continue;
        const before = firstLives.get(letter.position);
        firstLives.delete(letter.position);
        await output.add(Buffer.from(printableJson(before === undefined ? letter : diedAgain(letter, before))));
      }
    });
  } finally {
    await output.close();
  }
  await noteSettled(letters, [...firstLives.values()]);
}

/** What a letter tells of the time before its replay. */
type FirstLife = Pick<
  DeadLetter,
  "position" | "topic" | "partition" | "journal" | "messageId" | "maybeDelivered" | "attempts" | "firstAt"
>;

function firstLifeOf(letter: DeadLetter): FirstLife {
  const { position, topic, partition, journal, messageId, maybeDelivered, attempts, firstAt } = letter;
  return {
    position,
    ...(topic !== undefined && { topic }),
    ...(partition !== undefined && { partition }),
    ...(journal !== undefined && { journal }),
    messageId,
    maybeDelivered,
    attempts,
    firstAt,
  };
}

/** A letter that failed again: why, as the replay found it, and what both lives tell. Its own place is one in the file. */
function diedAgain(letter: DeadLetter, before: FirstLife): object {
  return {
    ...letter,
    journal: undefined,
    ...before,
    messageId: letter.messageId,
    // What one death left open, no later one settles.
    maybeDelivered: before.maybeDelivered || letter.maybeDelivered,
    attempts: before.attempts + letter.attempts,
  };
}

/** What is left, added to the end of a file that others add to as well; made only if there is something. */
class Remainder {
  readonly #path: string;
  /** How often each line is in the file already, since a killed replay has added it. */
  readonly #there: Map<string, number>;
  #file: FileHandle | undefined;

  constructor(path: string, there: Map<string, number>) {
    this.#path = path;
    this.#there = there;
  }

  async add(line: Buffer): Promise<void> {
    const digest = digestOf(line);
    const there = this.#there.get(digest) ?? 0;
    if (there > 0) {
      this.#there.set(digest, there - 1);
      return;
    }
    // Where a link led, the file was moved: one that is there now is not meant.
    this.#file ??= await open(this.#path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
    // In one write, so that what another process adds cannot come between.
    await this.#file.appendFile(Buffer.concat([Buffer.from(await lineFeedIfTorn(this.#file)), line, LINE_FEED]));
  }

  async close(): Promise<void> {
    try {
      await this.#file?.sync();
    } finally {
      await this.#file?.close();
    }
  }
}

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
const LINE_FEED = Buffer.from("\n");

async function digestsOf(path: string): Promise<Map<string, number>> {
  const digests = new Map<string, number>();
  await withFile(path, async (file) => {
    for await (const line of linesOf(file)) {
      const digest = digestOf(await bytesOf(file, line));
      digests.set(digest, (digests.get(digest) ?? 0) + 1);
    }
  });
  return digests;
}

/** The bytes of a line, without the line feed. */
async function bytesOf(file: FileHandle, { offset, endOffset }: DeadLetterLine): Promise<Buffer> {
  const length = endOffset - offset;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
  if (bytesRead < length) throw new Error("it has become shorter");
  return buffer.at(-1) === LINE_FEED[0] ? buffer.subarray(0, -1) : buffer;
}

function digestOf(line: Buffer): string {
  return createHash("sha256").update(line).digest("base64");
}

/** Removes the files of a replay that is over; first those that would mislead another one. */
async function removeWhatIsDone({ done, journal, stillDead }: ReplayFiles): Promise<void> {
  if (!(await isThere(done))) return;
  await Promise.all([journal, stillDead].map((path) => unlink(path).catch(() => undefined)));
  await unlink(done);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new UsageError(`Cannot read ${path}: ${fileErrorReason(error)}.`);
  }
}

function parse(text: string): unknown {
  try {
    return withoutAmbiguousConsent(text, parseExactly(text));
  } catch {
    return undefined;
  }
}
