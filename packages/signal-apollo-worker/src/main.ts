import { writeSync } from "node:fs";

import { CommanderError } from "commander";

import { commandLine } from "./command-line.js";
import { ExitCode } from "./exit-code.js";
import { processIo, type Io } from "./io.js";
import { commandText } from "./text/command-text.js";
import { crashText } from "./report/crash-text.js";
import { printableLines } from "./text/printable.js";
import { UsageError } from "./usage-error.js";

/**
 * Runs the command line.
 *
 * @param argv the arguments, without the program's own name
 * @param io what to read from and write to; the process by default
 * @returns the code to exit with. Never throws
 */
export async function main(argv: readonly string[], io: Io = processIo): Promise<ExitCode> {
  // A reader that goes away (`--help | head -1`) is no reason to end with a stack trace.
  for (const stream of [io.stdout, io.stderr]) stream.on("error", () => undefined);
  if (io === processIo) process.on("uncaughtException", crash);

  let exitCode: ExitCode = ExitCode.done;
  const program = commandLine(io, (code) => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) program.outputHelp({ error: true });
    else await program.parseAsync(argv, { from: "user" });
    return argv.length === 0 ? ExitCode.usage : exitCode;
  } catch (error) {
    // Commander has said what is wrong already; help and version end this way, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    if (error instanceof UsageError) {
      io.stderr.write(`${printableLines(commandText(error.message, io.env))}\n`);
      return ExitCode.usage;
    }
    io.stderr.write(crashText(error));
    return ExitCode.internal;
  }
}

/** Ends the process: what nobody has caught has left it in a state that nobody knows. What is on disk is resumed from. */
function crash(error: unknown): never {
  try {
    // At once: the process does not wait for a stream.
    writeSync(process.stderr.fd, crashText(error));
  } finally {
    process.exit(ExitCode.internal);
  }
}
