import { printable } from "../text/printable.js";

/** Errors whose messages are of the program and the system. Others, such as those of JSON, repeat what they were given. */
const OUR_WORDS = new Set(["TypeError", "ReferenceError", "RangeError"]);
const MAX_FRAMES = 5;

/** An error that nobody foresaw, in words that can be sent to us: without values, which may be an event's. */
export function crashText(error: unknown): string {
  const { name, message, stack = "" } = error instanceof Error ? error : new Error();
  const { code } = error as Partial<NodeJS.ErrnoException>;
  const what = OUR_WORDS.has(name) || typeof code === "string" ? `${name}: ${message}` : name;
  // A message can have lines, too: only what follows it are frames.
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split("\n")
    .filter((line) => /^ {4}at \S.*:\d+:\d+\)?$/.test(line))
    .slice(0, MAX_FRAMES);
  const lines = [`An unexpected error: ${what}. This should not happen; please report it.`, ...frames];
  return lines.map((line) => `${printable(line)}\n`).join("");
}
