import { access, realpath, type FileHandle } from "node:fs/promises";

import type { ConnectorDefinition } from "@datafly/signal-connector-kit";

import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { Output } from "../report/output.js";
import { printable } from "../text/printable.js";
import { shellWord } from "../text/shell-word.js";
import { readLines } from "../file/lines.js";
import { readFile } from "../file/read-file.js";
import { HaltError } from "../halt-error.js";
import { countLetters, isLetter, linesOf, MAX_LETTER_BYTES } from "../stream/dead-letter-lines.js";
import { finishReplay, openReplay, replayFilesOf } from "../stream/dead-letter-replay.js";
import { foldedEmail, isLetterOf } from "../stream/letter-person.js";
import { withFile } from "../stream/settled-letters.js";
import { UsageError } from "../usage-error.js";
import { plannerOf, type PlanFlags } from "./connector.js";
import { Disposables } from "./disposables.js";
import { takeReplayLock } from "./dead-letters.js";

/** What no command can do. */
function whatRemains({ vendor, words }: ConnectorDefinition): string {
  return `What remains for you to do:
- ${vendor.name}: ${words?.forget ?? `delete the ${vendor.record} there.`}
- The input of the delivery, a file of --spool, and Kafka topics: they hold the event until you delete it or it expires.
- The source: a person who is still in it comes again with the next event. Revoke the consent.
- Backups and copies of these files.
The journal and the audit hold no personal data but the ids of messages.`;
}

/**
 * Removes the dead letters of one person from a file, and says what else there is to be done when somebody asks to be forgotten.
 * Their events count as settled, so that no run sends them again.
 *
 * @returns 1 if the address is still in the file, in a place that is not that person's
 * @throws UsageError if the address is none, or a replay of the file has not ended
 */
export async function forgetPerson(path: string, address: string, flags: PlanFlags, io: CommandIo): Promise<ExitCode> {
  const email = foldedEmail(address);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new UsageError(`Give the e-mail address of the person: ${io.program.name} dead-letters forget FILE ADDRESS.`);
  }
  const { planner } = await plannerOf(flags, io);
  const files = replayFilesOf(await realpath(path).catch(() => path));
  const lock = await takeReplayLock(files.lock, io, () => undefined);
  if (typeof lock === "number") return lock;
  const disposables = new Disposables(() => lock.release());
  try {
    const { input, isEnding } = await openReplay(files);
    disposables.add(() => input.close());
    await countLetters(input, path);
    if (isEnding || (await isThere(files.journal)) || (await isThere(files.stillDead))) {
      throw new UsageError(
        `A replay of this file has not ended. Run it to its end, then forget: ${io.program.name} dead-letters replay ${printable(shellWord(path))}`,
      );
    }
    const forgotten = new Set<number>();
    for await (const line of linesOf(input)) {
      if (isLetter(line) && isLetterOf(line.letter, email, planner)) forgotten.add(line.number);
    }
    if (forgotten.size > 0) {
      await lock.confirm().catch((error: unknown) => {
        throw new UsageError((error as Error).message);
      });
      await removeLines(input, files, forgotten);
    }
    const mentions = await linesWith(files.letters, email);
    await new Output(io.stdout).line(
      [removedText(forgotten.size), mentionsText(mentions), whatRemains(io.definition)].join("\n"),
    );
    return mentions.length > 0 ? ExitCode.deadLetters : ExitCode.done;
  } finally {
    await disposables.close();
  }
}

/** As a replay that has settled them: the file is moved away, and what is left is written again, whatever others add meanwhile. */
async function removeLines(
  input: FileHandle,
  files: ReturnType<typeof replayFilesOf>,
  lines: ReadonlySet<number>,
): Promise<void> {
  const fateOf = (line: number) => (lines.has(line) ? "send" : "keep");
  try {
    await finishReplay(input, files, { lastLine: Math.max(...lines), fateOf, remarks: [] }, (line) => lines.has(line));
  } catch (error) {
    if (error instanceof HaltError) throw new UsageError(error.message);
    throw error;
  }
}

/** The lines of a file that hold a text, in whatever letters. */
async function linesWith(path: string, text: string): Promise<number[]> {
  const found: number[] = [];
  await withFile(path, async (file) => {
    for await (const { number, bytes, tooLong } of readLines(readFile(file), undefined, MAX_LETTER_BYTES)) {
      if (tooLong || bytes.toString().toLowerCase().includes(text)) found.push(number);
    }
  });
  return found;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function removedText(count: number): string {
  if (count === 0) return "No dead letter of this person.";
  return `${count} dead ${count === 1 ? "letter" : "letters"} removed.`;
}

function mentionsText(lines: readonly number[]): string {
  if (lines.length === 0) return "The address is not in the file.";
  const which = `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
  return `The address is still in ${which}, in a lead of somebody else or a line that cannot be read. Look at each, and edit or delete it.`;
}
