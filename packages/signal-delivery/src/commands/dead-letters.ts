import { realpath, unlink, type FileHandle } from "node:fs/promises";

import { ExitCode } from "../exit-code.js";
import { Interrupted } from "../interrupted.js";
import type { CommandIo } from "../io.js";
import { FileJournal } from "../journal/file-journal.js";
import type { HaltError } from "../halt-error.js";
import { takeLock, type Lock, type LockOptions } from "../journal/lock.js";
import { noLetters, otherLines, staying } from "../report/dead-letter-report.js";
import { Messages } from "../report/messages.js";
import { StopRequest } from "../stop-request.js";
import { afterLineFeed } from "../file/incomplete-last-line.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import {
  countLetters,
  countLettersAt,
  isLetter,
  linesOf,
  notLetters,
  openLetters,
} from "../stream/dead-letter-lines.js";
import { finishReplay, openReplay, recordOf, replayFilesOf } from "../stream/dead-letter-replay.js";
import { chooseLetters } from "../stream/replay-choice.js";
import { settledFileOf, settledKeys } from "../stream/settled-letters.js";
import { checkAudit } from "./check-audit.js";
import type { DeadLetterStore } from "./dead-letter-store.js";
import { Disposables } from "./disposables.js";
import { runDelivery, type DeliveryFlags } from "./run-delivery.js";

/** A file of dead letters. */
export function letterFile(path: string): DeadLetterStore {
  const read = async <T>(use: (file: FileHandle) => Promise<T>): Promise<T> => {
    const file = await openLetters(path);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  };
  return {
    name: path,
    isTable: true,
    readAll: (each) =>
      read(async (file) => {
        const others: number[] = [];
        let count = 0;
        for await (const line of linesOf(file)) {
          if (isLetter(line)) {
            count += 1;
            await each(line);
          } else others.push(line.number);
        }
        if (count === 0 && others.length > 0) throw await notLetters(path);
        return { others };
      }),
    find: (number) =>
      read(async (file) => {
        for await (const line of linesOf(file)) {
          if (line.number === Number(number) && isLetter(line)) return line.letter;
        }
        await countLetters(file, path);
        return undefined;
      }),
  };
}

/** Where a replay keeps its files cannot be chosen. */
const ADVICE = "A replay needs that place for its own.";

/**
 * Sends dead letters again: plans them anew with today's settings, and leaves in the file what still fails. A replay that ends
 * early goes on the next time where it was, and sends nothing twice that it has delivered.
 */
export async function replayDeadLetters(path: string, flags: DeliveryFlags, io: CommandIo): Promise<ExitCode> {
  // Where a link leads, since files are put in place of others.
  const files = replayFilesOf(await realpath(path).catch(() => path));
  const halt: { problem?: string; onProblem: (problem: string) => void } = {
    onProblem: (problem) => (halt.problem ??= problem),
  };
  const lock = await takeReplayLock(files.lock, io, ({ message }) => {
    halt.onProblem(message);
  });
  if (typeof lock === "number") return lock;
  const disposables = new Disposables(() => lock.release());
  try {
    const { input, isEnding } = await openReplay(files);
    disposables.add(() => input.close());
    // Read through before anything is done: what holds something else must not be touched.
    const { letters, others } = await countLetters(input, path);
    if (letters === 0) {
      await new Messages(io).line(noLetters(path));
      return ExitCode.done;
    }
    return await runDelivery(flags, io, async ({ stop, disposables: ofTheRun, deduplicate, onProblem, say }) => {
      halt.onProblem = onProblem;
      if (halt.problem !== undefined) onProblem(halt.problem);
      if (others.length > 0) await say(otherLines(others));
      // What a replay that is begun anew has left there comes again.
      if (flags.restart === true) await unlink(files.stillDead).catch(() => undefined);
      const stillDead = await DeadLetterFile.open(files.stillDead, ADVICE, { followLinks: false });
      ofTheRun.add(() => stillDead.close());
      const journal = await FileJournal.open({
        path: files.journal,
        kind: "dead letters",
        input,
        deduplicate,
        restart: flags.restart === true,
        deadLetterPositions: (id) => stillDead.positionsOf(id),
        onError: ({ message }) => {
          onProblem(message);
        },
        advice: ADVICE,
        lock: lockOptions(io, stop),
      });
      ofTheRun.add(() => journal.close());
      await checkAudit(flags.audit, [
        [files.letters, "of dead letters"],
        [files.replayed, "of dead letters"],
        [files.stillDead, "of dead letters that fail again"],
        [files.journal, "of the journal"],
        [settledFileOf(files.letters), "of settled dead letters"],
      ]);
      const settledBefore = (line: number) => line <= journal.start.position || journal.isSettled(line);
      const settled = await settledKeys(files.letters);
      const choice = await chooseLetters(input, { deduplicate, isDone: settledBefore, settled });
      for (const remark of choice.remarks) await say(remark);
      return {
        journal,
        deadLetters: stillDead,
        events: async function* (start) {
          if (isEnding && flags.restart !== true) return;
          for await (const line of linesOf(input, start && (await afterLineFeed(input, start)))) {
            if (stop.aborted || line.number > choice.lastLine) return;
            if (!isLetter(line)) continue;
            const fate = choice.fateOf(line.number);
            if (fate === "send") yield recordOf(line);
            // What is not settled holds the watermark, so that it is not taken for sent later.
            else if (fate === "keep") journal.begin(line.number, line.endOffset, line.checksum);
          }
        },
        finish: async () => {
          await lock.confirm();
          const beyond = new Set(journal.settledBeyond());
          const isDone = (line: number) =>
            line <= journal.settledThrough || beyond.has(line) || journal.isSettled(line);
          await finishReplay(input, files, choice, isDone);
          return staying(path, await countLettersAt(files.letters));
        },
      };
    });
  } finally {
    await disposables.close();
  }
}

/** Takes the lock of a replay; the exit code where a signal ends the wait for it. */
export async function takeReplayLock(
  path: string,
  io: CommandIo,
  onLost: (error: HaltError) => void,
): Promise<Lock | ExitCode> {
  const request = new StopRequest(io);
  try {
    return await takeLock(path, { ...lockOptions(io, request.stop.signal), onLost });
  } catch (error) {
    if (!(error instanceof Interrupted) || request.exitCode === undefined) throw error;
    await new Messages(io).line(error.message);
    return request.exitCode;
  } finally {
    request.release();
  }
}

function lockOptions(io: CommandIo, signal: AbortSignal): LockOptions {
  return { signal, say: (message) => new Messages(io).line(message), sleep: (ms, stop) => io.sleep(ms, stop) };
}
