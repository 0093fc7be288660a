import type { StreamEnd } from "../stream/deliver-stream.js";
import { lineNumbers } from "./line-numbers.js";

/** What the words on how to go on depend on. */
export interface RestOfStream extends Pick<StreamEnd, "settledThrough" | "settledBeyond"> {
  readonly deduplicate: boolean;
  /** Whether a later run of the same command goes on by itself. */
  readonly resumes: boolean;
}

/** What to do with the rest of a stream that ended early, in one or two sentences. */
export function howToGoOn({ settledThrough, settledBeyond, deduplicate, resumes }: RestOfStream): string {
  if (settledThrough === 0 && settledBeyond.length === 0) {
    return "No line of the input is done yet: run the same command again.";
  }
  if (resumes) {
    const where = settledThrough === 0 ? "at the beginning" : `after line ${settledThrough}`;
    return `Run the same command again: it goes on ${where}, and sends nothing twice that is done.`;
  }
  const beyond =
    settledBeyond.length === 0
      ? ""
      : ` ${settledBeyond.length} later lines (${lineNumbers(settledBeyond)}) are done, too; ${
          deduplicate
            ? "to send them again is harmless."
            : "leave them out, since deduplication is off and each would make one more contact."
        }`;
  return `Lines up to ${settledThrough} of the input are done.${beyond} Go on from line ${settledThrough + 1}. With --spool a run goes on by itself.`;
}
