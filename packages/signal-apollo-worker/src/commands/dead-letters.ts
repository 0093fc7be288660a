import { unlink } from "node:fs/promises";

import { ExitCode } from "../exit-code.js";
import type { Io } from "../io.js";
import { FileJournal } from "../journal/file-journal.js";
import { takeLock } from "../journal/lock.js";
import { Output } from "../report/output.js";
import { printable, printableJson } from "../report/printable.js";
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
  const file = await openLetters(path);
  try {
    for await (const { number, letter } of lettersOf(file)) {
      const { messageId, reason, class: failureClass, httpStatus, attempts, maybeDelivered, lastAt } = letter;
      const facts = { messageId, reason, class: failureClass, httpStatus, attempts, maybeDelivered, lastAt };
      const event = nameOf(letter.event);
      await output.line(
        flags.json === true
          ? printableJson({ number, event, ...facts })
          : [
              String(number).padStart(6),
              printable(event ?? "-").padEnd(16),
              reason.padEnd(20),
              failureClass.padEnd(9),
              maybeDelivered ? "maybe delivered" : "not delivered",
              lastAt,
            ].join("  "),
      );
    }
  } finally {
    await file.close();
  }
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

function nameOf(event: unknown): string | undefined {
  const name = typeof event === "object" && event !== null && "event" in event ? event.event : undefined;
  return typeof name === "string" ? name : undefined;
}
