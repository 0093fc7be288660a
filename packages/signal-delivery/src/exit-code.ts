import type { Explanation } from "@datafly/signal-connector-kit";

import type { Program } from "./program.js";

/** What the process ends with, and what a script can rely on. */
export const ExitCode = Object.freeze({
  /** All events were delivered or, by design, dropped. */
  done: 0,
  /** All events were looked at, and some of them are dead letters now. */
  deadLetters: 1,
  /** The command line, a setting or a file is wrong; nothing was sent. */
  usage: 2,
  /** Stopped before the end by something that has to be put right first: key, plan, address, disk. */
  stopped: 3,
  /** A bug of ours. */
  internal: 70,
  /** Ended by SIGINT (Ctrl-C). */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const);
/** One of the exit codes. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const GO_ON = "Rerun the same command to resume. Without a journal, the last message says from which line to continue.";

/** Every exit code in words. */
export function exitCodeExplanations({ name }: Pick<Program, "name">): Readonly<Record<ExitCode, Explanation>> {
  return {
    0: { meaning: "all events were delivered or dropped by design", whatToDo: "No action is needed." },
    1: {
      meaning: "finished, with dead letters",
      whatToDo: `See why with ${name} dead-letters list FILE. A replay sends the events as they are in FILE: correct them there, or delete a line to give its event up, then run ${name} dead-letters replay FILE. Letters in a topic cannot be changed: fix the event at its source and resend it from there.`,
    },
    2: {
      meaning: "wrong usage, settings or files; nothing was sent",
      whatToDo: "Follow the last line on standard error.",
    },
    3: {
      meaning: "stopped; the last messages say what to fix and where to resume",
      whatToDo: `Fix the reported problem: the key, the plan, the address, the disk. ${GO_ON}`,
    },
    70: { meaning: "a bug of ours", whatToDo: "Please report it, with the last lines on standard error." },
    130: { meaning: "interrupted by SIGINT (Ctrl-C)", whatToDo: GO_ON },
    143: { meaning: "interrupted by SIGTERM", whatToDo: GO_ON },
  };
}
