import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

import { isLetter, linesOf } from "./dead-letter-lines.js";
import { resumeIn, type DeadLetter } from "./dead-letter.js";
import { eventKeyOf } from "./settled-letters.js";

/**
 * What a replay does with a line: send its letter; keep it, unsent; or remove it, unsent, since its event was sent already or is
 * sent with another line.
 */
export type LetterFate = "send" | "keep" | "remove";

/** Which letters of a file a replay sends. */
export interface ReplayChoice {
  /** The last line that was looked at. What was added later is for the next replay. */
  readonly lastLine: number;
  fateOf(line: number): LetterFate;
  /** What is to be said of letters that are not sent, in sentences. */
  readonly remarks: readonly string[];
}

/** What the choice depends on. */
export interface ChoiceOptions {
  readonly deduplicate: boolean;
  /** Whether this replay has settled a line already, before it ended early. */
  readonly isDone: (line: number) => boolean;
  /** The events that earlier replays have settled. */
  readonly settled: ReadonlySet<string>;
}

/** Whether a letter is left where it is: the vendor may have it already, and would be made a second time. */
function isKeptBack(letter: DeadLetter, deduplicate: boolean): boolean {
  // What is left to do of a record that is written may be done twice.
  return letter.maybeDelivered && !deduplicate && resumeIn(letter) === undefined;
}

interface Copy {
  readonly line: number;
  readonly content: string;
  readonly keptBack: boolean;
}

/** Chooses which letters of a file are sent: an event that is in it twice once, and one that was sent not at all. */
export async function chooseLetters(
  file: FileHandle,
  { deduplicate, isDone, settled }: ChoiceOptions,
): Promise<ReplayChoice> {
  const fates = new Map<number, LetterFate>();
  const copies = new Map<string, Copy[]>();
  const remarks: string[] = [];
  let lastLine = 0;
  let sentBefore = 0;
  for await (const line of linesOf(file)) {
    lastLine = line.number;
    if (!isLetter(line)) continue;
    const { number, letter } = line;
    const keptBack = isKeptBack(letter, deduplicate);
    if (keptBack) fates.set(number, "keep");
    const key = eventKeyOf(letter);
    if (key === undefined) continue;
    if (settled.has(key)) {
      if (!isDone(number)) sentBefore += 1;
      fates.set(number, "remove");
      continue;
    }
    const others = copies.get(key) ?? [];
    copies.set(key, [...others, { line: number, content: contentOf(letter), keptBack }]);
  }
  for (const all of copies.values()) {
    if (all.length > 1) for (const [line, fate] of fatesOf(all, isDone)) fates.set(line, fate);
    if (all.length > 1 && new Set(all.map(({ content }) => content)).size > 1) {
      const lines = all.map(({ line }) => line).join(", ");
      remarks.push(
        `Lines ${lines} are of one event and differ; only one can be sent. Delete the lines that are not to be sent.`,
      );
    }
  }
  if (sentBefore > 0) {
    const [letters, it] =
      sentBefore === 1 ? ["1 letter is of an event", "it"] : [`${sentBefore} letters are of events`, "they"];
    remarks.push(`${letters} that an earlier replay has settled; ${it} will not be sent again.`);
  }
  return { lastLine, fateOf: (line) => fates.get(line) ?? "send", remarks };
}

/** What is done with several letters of one event. */
function* fatesOf(all: readonly Copy[], isDone: (line: number) => boolean): Generator<[number, LetterFate]> {
  const done = all.find(({ line }) => isDone(line));
  // Which of them is right, a person has to say.
  const differ = all.some(({ content }) => content !== all[0]?.content);
  // With deduplication off: where one of them may have been written, the others may be it.
  const keepAll = done === undefined && (differ || all.some(({ keptBack }) => keptBack));
  const chosen = done ?? all[0];
  for (const copy of all) {
    if (keepAll) yield [copy.line, "keep"];
    else if (copy === chosen || isDone(copy.line)) yield [copy.line, "send"];
    else yield [copy.line, copy.content === chosen?.content ? "remove" : "keep"];
  }
}

/** What would be sent: the event, which may have been corrected, and not the line as it came. */
function contentOf(letter: DeadLetter): string {
  return createHash("sha256")
    .update(JSON.stringify(Object.hasOwn(letter, "event") ? letter.event : letter.line))
    .digest("base64");
}
