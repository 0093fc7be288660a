import type { StreamEnd } from "../stream/deliver-stream.js";
import { lineNumbers, namedLines } from "./line-numbers.js";

/** What the words on how to go on depend on. */
export interface RestOfStream extends Pick<StreamEnd, "settledThrough" | "settledBeyond"> {
  readonly deduplicate: boolean;
  /** With what a later run of the same command would go on by itself, such as `With --spool`; not there where it does. */
  readonly resumesIf?: string | undefined;
}

/** Where a later run goes on; `undefined` where it begins at the beginning. */
export function resumePoint(settledThrough: number, settledBeyond: number): string | undefined {
  if (settledThrough === 0 && settledBeyond === 0) return undefined;
  const where = settledThrough === 0 ? "at the beginning" : `after line ${settledThrough}`;
  const beyond =
    settledBeyond === 0 ? "" : `; ${settledBeyond} later ${settledBeyond === 1 ? "line is" : "lines are"} done, too`;
  return `Resuming ${where}, where the last run ended${beyond}.`;
}

/** What to do with the rest of a stream that ended early, in a few sentences. */
export function resumeHint({ settledThrough, settledBeyond, deduplicate, resumesIf }: RestOfStream): string {
  if (settledThrough === 0 && settledBeyond.length === 0) {
    return "No line of the input is done yet: rerun the same command.";
  }
  if (resumesIf === undefined) {
    const where = settledThrough === 0 ? "at the beginning" : `after line ${settledThrough}`;
    return `Rerun the same command to resume ${where}. Nothing that is done is sent twice.`;
  }
  const sentences = [
    settledThrough === 0 ? "Line 1 of the input is not done." : `Lines up to ${settledThrough} of the input are done.`,
    ...(settledBeyond.length === 0 ? [] : [laterLines(settledBeyond, deduplicate)]),
    `Continue from line ${settledThrough + 1}.`,
    `${resumesIf}, a run resumes automatically.`,
  ];
  return sentences.join(" ");
}

function laterLines(positions: readonly number[], deduplicate: boolean): string {
  const one = positions.length === 1;
  const [it, each] = one ? ["it", "it"] : ["them", "each"];
  const leaveOut =
    namedLines(positions).more === 0
      ? `skip ${it}: deduplication is off, and ${each} would create another contact.`
      : `they are too many to skip by hand, so deliver the rest with deduplication on; with it off, each would create another contact.`;
  const advice = deduplicate ? `resending ${it} is harmless.` : leaveOut;
  return `${positions.length} later ${one ? "line" : "lines"} (${lineNumbers(positions)}) ${one ? "is" : "are"} done, too; ${advice}`;
}
