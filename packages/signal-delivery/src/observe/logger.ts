import { pino } from "pino";

import type { Io, OutputStream } from "../io.js";
import { escaped } from "../text/printable.js";
import { loggable, type LogFields } from "./log-fields.js";

/** How much a line of the log matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** A log that takes nothing but what may be told. No children: what they are bound to would get past the list. */
export type Logger = Readonly<Record<LogLevel, (fields: LogFields, message: string) => void>>;

/**
 * Makes the worker's log: a line of JSON each, at standard error. At a terminal it stays silent, since the report for people is
 * shown there.
 *
 * Fields that are not in {@link LogFields} are left out, even where the types are got round.
 *
 * @param options.level the least level that is written. Default: `info`
 * @param options.terminal whether to write at a terminal, too, where the log was asked for in place of the report.
 *   Default: `false`
 */
export function createLogger(
  io: Pick<Io, "stderr" | "now">,
  { level = "info", terminal = false }: { readonly level?: LogLevel; readonly terminal?: boolean } = {},
): Logger {
  return pino(
    {
      enabled: terminal || io.stderr.isTTY !== true,
      level,
      // What runs the process knows its host and number better.
      base: null,
      messageKey: "message",
      timestamp: () => `,"time":"${new Date(io.now()).toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: loggable,
      },
    },
    destination(io.stderr),
  );
}

/** A stream that may be closed at its other end, which is no reason to end the delivery. */
function destination(stream: OutputStream): { write(line: string): void } {
  let gone = false;
  stream.on("error", () => {
    gone = true;
  });
  return {
    write: (line) => {
      if (!gone) stream.write(escaped(line));
    },
  };
}
