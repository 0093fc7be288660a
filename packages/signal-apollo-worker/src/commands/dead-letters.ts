import { unlink } from "node:fs/promises";

import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { FileJournal } from "../journal/file-journal.js";
import { takeLock } from "../journal/lock.js";
import { colorsFor } from "../report/color.js";
import { deadLetterHead, deadLetterJson, deadLetterLine, deadLetterRow } from "../report/dead-letter-report.js";
import { ExplainHint } from "../report/explain-hint.js";
import { Output } from "../report/output.js";
import { isReason } from "../report/reason-explanations.js";
import { terminalColumns } from "../report/table.js";
import { DeadLetterFile } from "../stream/dead-letter-file.js";
import { finishReplay, isKeptBack, lettersOf, openLetters, recordOf } from "../stream/dead-letter-replay.js";
import { UsageError } from "../usage-error.js";
import { runDelivery, type DeliveryFlags } from "./run-delivery.js";

/** Says of each dead letter which event it is and why it could not be delivered. No personal data. */
export async function listDeadLetters(
  path: string,
  flags: { readonly json?: boolean | undefined },
  io: Io,
): Promise<ExitCode> {
  const output = new Output(io.stdout);
  const columns = terminalColumns(io.stdout);
  const colors = colorsFor(io.stdout, io.env);
  const hint = new ExplainHint();
  let count = 0;
  const file = await openLetters(path);
  try {
    for await (const numbered of lettersOf(file)) {
      count += 1;
      const { reason } = numbered.letter;
      if (isReason(reason)) hint.addReason(reason);
      if (flags.json === true) await output.line(deadLetterJson(numbered));
      else if (columns === undefined) await output.line(deadLetterLine(numbered));
      else {
        if (count === 1) await output.line(colors.bold(deadLetterHead(columns)));
        await output.line(deadLetterRow(numbered, columns));
      }
    }
  } finally {
    await file.close();
  }
  const errors = new Output(io.stderr);
  const whatToDo = hint.line();
  if (count === 0) await errors.line(`${path} holds no dead letters.`);
  else if (whatToDo !== undefined) await errors.line(whatToDo);
  return ExitCode.done;
}

/** Shows one dead letter, the event included: personal data. */
export async function showDeadLetter(path: string, number: number, io: Io): Promise<ExitCode> {
  const file = await openLetters(path);
  try {
    for await (const found of lettersOf(file)) {
      if (found.number !== number) continue;
      await new Output(io.stdout).line(JSON.stringify(found.letter, undefined, 2));
      return ExitCode.done;
    }
  } finally {
    await file.close();
  }
  throw new UsageError(
    `${path} has no dead letter ${number}. \`signal-apollo dead-letters list\` tells their numbers.`,
  );
}

/**
 * Sends dead letters again: plans them anew with today's settings, and leaves in the file what still fails. A replay that ends
 * early goes on the next time where it was, and sends nothing twice that it has delivered.
 */
export async function replayDeadLetters(path: string, flags: DeliveryFlags, io: Io): Promise<ExitCode> {
  const paths = { journal: `${path}.journal`, stillDead: `${path}.replay` };
  const settled = { all: false };
  const lock = await takeLock(`${path}.lock`);
  try {
    const exitCode = await runDelivery(flags, io, async ({ stop, closers, onProblem }) => {
      const file = await openLetters(path);
      closers.add(() => file.close());
      // What a replay that is begun anew has left there comes again.
      if (flags.restart === true) await unlink(paths.stillDead).catch(() => undefined);
      const stillDead = await DeadLetterFile.open(paths.stillDead);
      closers.add(() => stillDead.close());
      const journal = await FileJournal.open({
        path: paths.journal,
        input: file,
        deduplicate: flags.dedupe,
        restart: flags.restart === true,
        deadLetterPositions: (id) => stillDead.positionsOf(id),
        onError: ({ message }) => {
          onProblem(message);
        },
      });
      closers.add(() => journal.close());
      return {
        journal,
        deadLetters: stillDead,
        events: async function* (start) {
          for await (const entry of lettersOf(file, start)) {
            if (stop.aborted) return;
            if (!isKeptBack(entry.letter, flags.dedupe)) yield recordOf(entry);
          }
          settled.all = true;
        },
      };
    });
    if (settled.all && (exitCode === ExitCode.done || exitCode === ExitCode.deadLetters)) {
      await finishReplay(path, paths, flags.dedupe);
    }
    return exitCode;
  } finally {
    await lock.release();
  }
}
