import { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { colorsFor } from "../report/color.js";
import {
  deadLetterHead,
  deadLetterJson,
  deadLetterLine,
  deadLetterRow,
  noLetters,
  otherLines,
  type ListedLetter,
} from "../report/dead-letter-report.js";
import { ExplainHint } from "../report/explain-hint.js";
import { Messages } from "../report/messages.js";
import { Output } from "../report/output.js";
import { terminalColumns } from "../report/terminal-columns.js";
import { printable, printableJson } from "../text/printable.js";
import { UsageError } from "../usage-error.js";

/** Where dead letters are kept: a file, or a topic of Kafka. */
export interface DeadLetterStore {
  /** What messages call it: the path of the file, the name of the topic. */
  readonly name: string;
  /** Whether a terminal shows its letters as a table. */
  readonly isTable: boolean;
  /**
   * Reads all letters, in order.
   *
   * @returns the numbers of the lines that are not dead letters
   * @throws UsageError if it cannot be read, or holds something else
   */
  readonly readAll: (each: (letter: ListedLetter) => Promise<void>) => Promise<{ readonly others: readonly number[] }>;
  /**
   * Finds a letter by the number that a list shows, with its event: personal data.
   *
   * @returns `undefined` if there is none
   * @throws UsageError if it cannot be read, or that is not such a number
   */
  readonly find: (number: string) => Promise<unknown>;
}

/** Says of each dead letter which event it is and why it could not be delivered. No personal data. */
export async function listDeadLetters(
  store: DeadLetterStore,
  flags: { readonly json?: boolean | undefined },
  io: CommandIo,
): Promise<ExitCode> {
  const output = new Output(io.stdout);
  const columns = store.isTable ? terminalColumns(io.stdout) : undefined;
  const colors = colorsFor(io.stdout, io.env);
  const hint = new ExplainHint(io.definition.vendor, io.program);
  let count = 0;
  const { others } = await store.readAll(async (listed) => {
    count += 1;
    hint.addReason(listed.letter.reason);
    if (flags.json === true) await output.line(deadLetterJson(listed));
    else if (columns === undefined) await output.line(deadLetterLine(listed));
    else {
      if (count === 1) await output.line(colors.bold(deadLetterHead(columns)));
      await output.line(deadLetterRow(listed, columns));
    }
  });
  const messages = new Messages(io);
  const whatToDo = hint.line();
  if (others.length > 0) await messages.line(otherLines(others));
  if (count === 0) await messages.line(noLetters(store.name));
  else if (whatToDo !== undefined) await messages.line(whatToDo);
  return ExitCode.done;
}

/** Shows one dead letter, the event included: personal data. */
export async function showDeadLetter(store: DeadLetterStore, number: string, io: CommandIo): Promise<ExitCode> {
  const letter = await store.find(number);
  if (letter === undefined) {
    throw new UsageError(
      `${printable(store.name)} has no dead letter ${printable(number)}. \`${io.program.name} dead-letters list\` tells their numbers.`,
    );
  }
  await new Output(io.stdout).line(printableJson(letter, 2));
  return ExitCode.done;
}
