import type { DeadLetterCount } from "../stream/dead-letter-lines.js";
import type { DeadLetter } from "../stream/dead-letter.js";
import { isLoggableName, loggableName } from "../stream/loggable-name.js";
import { lineNumbers } from "./line-numbers.js";
import { printable, printableJson } from "../text/printable.js";
import { fitted, table } from "./table.js";

/** A dead letter, and where it is to be found: the number of its line, or its partition and offset. */
export interface ListedLetter {
  readonly number: number | string;
  /** Its class is any text: a later version may have left it there. */
  readonly letter: Omit<DeadLetter, "message" | "warnings" | "class"> & { readonly class: string };
  /** What the place where it is kept could not take, such as `value`. */
  readonly omitted?: readonly string[];
}

/** One dead letter as a JSON object in one line. No personal data. */
export function deadLetterJson({ number, letter, omitted = [] }: ListedLetter): string {
  const { position, messageId, reason, class: failureClass, httpStatus, attempts, maybeDelivered, lastAt } = letter;
  const { topic, partition } = letter;
  const facts = {
    topic,
    partition,
    position,
    messageId: loggableName(messageId),
    reason,
    class: failureClass,
    httpStatus,
    attempts,
    maybeDelivered,
    lastAt,
    ...(omitted.length > 0 && { omitted }),
  };
  return printableJson({ number, event: nameOf(letter.event), ...facts });
}

/** One dead letter as a line for a person. Nothing is cut. */
export function deadLetterLine({ number, letter, omitted = [] }: ListedLetter): string {
  return [
    String(number).padStart(6),
    placeOf(letter).padEnd(11),
    printable(nameOf(letter.event) ?? "-").padEnd(16),
    printable(letter.reason).padEnd(20),
    printable(letter.class).padEnd(9),
    (letter.attempts === 1 ? "1 attempt" : `${letter.attempts} attempts`).padEnd(11),
    letter.maybeDelivered ? "maybe delivered" : "not delivered",
    printable(letter.lastAt),
    ...(omitted.length > 0 ? [`without its ${omitted.join(", ")}`] : []),
  ].join("  ");
}

/** The head of a table of dead letters in a terminal. */
export function deadLetterHead(columns: number): string {
  return table([["no.", "line", "event", "reason", "tried", "written", "given up (UTC)"]], fitted(columns, COLUMNS));
}

/** One dead letter as a row of that table. */
export function deadLetterRow({ number, letter }: ListedLetter, columns: number): string {
  return table(
    [
      [
        String(number),
        String(letter.position),
        printable(nameOf(letter.event) ?? "-"),
        printable(letter.reason),
        String(letter.attempts),
        letter.maybeDelivered ? "perhaps" : "no",
        printable(letter.lastAt).replace("T", " ").slice(0, MINUTES),
      ],
    ],
    fitted(columns, COLUMNS),
  );
}

/** That a file is empty. */
export function noLetters(path: string): string {
  return `${printable(path)} holds no dead letters.`;
}

/** What a replay has left in a file, which is not there where it has left nothing. */
export function staying(path: string, left: DeadLetterCount | undefined): string {
  if (left === undefined) return `No dead letter is left: ${printable(path)} is removed.`;
  const { letters, others } = left;
  if (letters === 0)
    return `No dead letter is left; ${others.length === 1 ? "1 other line stays" : `${others.length} other lines stay`} in ${printable(path)}`;
  return `Dead letters: ${letters} ${letters === 1 ? "stays" : "stay"} in ${printable(path)}`;
}

/** Which lines of a file are no dead letters. */
export function otherLines(numbers: readonly number[]): string {
  const [first] = numbers;
  if (numbers.length === 1) return `Line ${first} is no dead letter; it is left as it is.`;
  return `${numbers.length} lines are no dead letters (${lineNumbers(numbers)}); they are left as they are.`;
}

/** `2026-02-25 14:30` */
const MINUTES = 16;
const COLUMNS = [4, 7, undefined, 19, 5, 7, MINUTES];

function placeOf({ partition, position }: ListedLetter["letter"]): string {
  return partition === undefined ? `line ${position}` : `${partition}:${position}`;
}

function nameOf(event: unknown): string | undefined {
  const name = typeof event === "object" && event !== null && "event" in event ? event.event : undefined;
  return typeof name === "string" && isLoggableName(name) ? name : undefined;
}
