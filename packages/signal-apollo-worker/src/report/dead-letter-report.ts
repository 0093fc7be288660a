import type { NumberedLetter } from "../stream/dead-letter-replay.js";
import { printable, printableJson } from "./printable.js";
import { fitted, table } from "./table.js";

/** One dead letter as a JSON object in one line. No personal data. */
export function deadLetterJson({ number, letter }: NumberedLetter): string {
  const { messageId, reason, class: failureClass, httpStatus, attempts, maybeDelivered, lastAt } = letter;
  const facts = { messageId, reason, class: failureClass, httpStatus, attempts, maybeDelivered, lastAt };
  return printableJson({ number, event: nameOf(letter.event), ...facts });
}

/** One dead letter as a line for a person. Nothing is cut. */
export function deadLetterLine({ number, letter }: NumberedLetter): string {
  return [
    String(number).padStart(6),
    printable(nameOf(letter.event) ?? "-").padEnd(16),
    letter.reason.padEnd(20),
    letter.class.padEnd(9),
    letter.maybeDelivered ? "maybe delivered" : "not delivered",
    letter.lastAt,
  ].join("  ");
}

/** The head of a table of dead letters in a terminal. */
export function deadLetterHead(columns: number): string {
  return table([["no.", "event", "reason", "class", "written", "given up (UTC)"]], fitted(columns, COLUMNS));
}

/** One dead letter as a row of that table. */
export function deadLetterRow({ number, letter }: NumberedLetter, columns: number): string {
  return table(
    [
      [
        String(number),
        printable(nameOf(letter.event) ?? "-"),
        printable(letter.reason),
        printable(letter.class),
        letter.maybeDelivered ? "perhaps" : "no",
        printable(letter.lastAt).replace("T", " ").slice(0, MINUTES),
      ],
    ],
    fitted(columns, COLUMNS),
  );
}

/** `2026-02-25 14:30` */
const MINUTES = 16;
const COLUMNS = [4, undefined, 19, 9, 7, MINUTES];

function nameOf(event: unknown): string | undefined {
  const name = typeof event === "object" && event !== null && "event" in event ? event.event : undefined;
  return typeof name === "string" ? name : undefined;
}
