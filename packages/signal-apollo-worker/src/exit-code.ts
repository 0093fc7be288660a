/** What the process ends with, and what a script can rely on. */
export const ExitCode = {
  /** All events were delivered or, by design, dropped. */
  done: 0,
  /** All events were looked at, and some of them are dead letters now. */
  deadLetters: 1,
  /** The command line, a setting or a file is wrong; no event was looked at. */
  usage: 2,
  /** Stopped before the end by something that has to be put right first: key, plan, address, disk. */
  stopped: 3,
  /** A bug of ours. */
  internal: 70,
  /** Ended by SIGINT (Ctrl-C). */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;
/** One of the exit codes. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
