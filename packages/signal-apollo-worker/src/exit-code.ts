import type { Explanation } from "@datafly/signal-connector-kit";

import { PROGRAM } from "./program.js";

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

const GO_ON =
  "Run the same command again: it goes on where it was. Without a journal, it says from which line to go on.";

/** Every exit code in words. */
export const EXIT_CODE_EXPLANATIONS: Readonly<Record<ExitCode, Explanation>> = {
  0: { meaning: "all events were delivered or, by design, dropped", whatToDo: "No action is needed." },
  1: {
    meaning: "finished, with dead letters",
    whatToDo: `See why with ${PROGRAM.name} dead-letters list FILE. A replay sends the events as they stand there: correct in FILE what is wrong, or delete its line to give it up, then run ${PROGRAM.name} dead-letters replay FILE. In a topic a letter cannot be changed: put the event right at its source, and send it again from there.`,
  },
  2: {
    meaning: "wrong usage, settings or files; nothing was sent",
    whatToDo: "Do what the last line on standard error says.",
  },
  3: {
    meaning: "stopped; what to put right is said, and where to go on",
    whatToDo: `Put right what is said: the key, the plan, the address, the disk. ${GO_ON}`,
  },
  70: { meaning: "a bug of ours", whatToDo: "Please report it, with the last lines on standard error." },
  130: { meaning: "interrupted by SIGINT (Ctrl-C)", whatToDo: GO_ON },
  143: { meaning: "interrupted by SIGTERM", whatToDo: GO_ON },
};
