import { writeSync } from "node:fs";

import { settingFields, type ConnectorDefinition } from "@datafly/signal-connector-kit";
import { CommanderError, type Command } from "commander";

import { commandLine } from "./command-line.js";
import { ExitCode } from "./exit-code.js";
import { processIo, type CommandIo, type Io } from "./io.js";
import type { Program } from "./program.js";
import { commandText } from "./text/command-text.js";
import { crashText } from "./report/crash-text.js";
import { printableLines } from "./text/printable.js";
import { UsageError } from "./usage-error.js";

/** A command line that delivers events through one connector. */
export interface DeliveryProgram {
  /**
   * Runs the command line.
   *
   * @param argv the arguments, without the program's own name
   * @param io what to read from and write to; the process by default
   * @returns the code to exit with. Never throws
   */
  readonly main: (argv: readonly string[], io?: Io) => Promise<ExitCode>;
}

/**
 * Makes the command line of a connector: `init`, `check`, `preview`, `deliver`, `consume`, `dead-letters`, `schema`, `manifest`, `explain`
 * and `completion`, with the connector's settings as options and environment variables. Does no I/O.
 *
 * @throws TypeError if a setting of the connector has no words, or is secret and has an option
 *
 * @example
 * ```ts
 * import { createDeliveryProgram } from "@datafly/signal-delivery";
 * import type { ConnectorDefinition } from "@datafly/signal-connector-kit";
 *
 * declare const connector: ConnectorDefinition;
 *
 * const program = createDeliveryProgram(connector, { name: "signal-acme", packageName: "signal-acme", version: "1.0.0" });
 * process.exitCode = await program.main(process.argv.slice(2));
 * ```
 */
export function createDeliveryProgram(definition: ConnectorDefinition, program: Program): DeliveryProgram {
  const settings = settingFields(definition.settings);
  return {
    main: (argv, io = processIo) => {
      if (io === processIo) process.on("uncaughtException", crash);
      return main(argv, { ...io, program, definition, settings });
    },
  };
}

async function main(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  // A reader that goes away (`--help | head -1`) is no reason to end with a stack trace.
  for (const stream of [io.stdout, io.stderr]) stream.on("error", () => undefined);

  let exitCode: ExitCode = ExitCode.done;
  const commands = commandLine(io, (code) => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) commands.outputHelp({ error: true });
    else await commands.parseAsync(withoutVainHelp(argv, commands), { from: "user" });
    return argv.length === 0 ? ExitCode.usage : exitCode;
  } catch (error) {
    // Commander has said what is wrong already; help and version end this way, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    if (error instanceof UsageError) {
      io.stderr.write(`${printableLines(commandText(error.message, io))}\n`);
      return ExitCode.usage;
    }
    io.stderr.write(crashText(error));
    return ExitCode.internal;
  }
}

/** `help nonsense` without `help`: commander would print the help of all commands, and not say what is wrong. */
function withoutVainHelp(argv: readonly string[], commands: Command): readonly string[] {
  const [first = "", second = "", third = ""] = argv;
  if (first === "help") return isVain(commands, second) ? argv.slice(1) : argv;
  const group = commands.commands.find((command) => command.name() === first);
  return group !== undefined && second === "help" && isVain(group, third) ? [first, ...argv.slice(2)] : argv;
}

function isVain({ commands }: Command, word: string): boolean {
  return commands.length > 0 && /^[^-]/.test(word) && word !== "help" && !commands.some((one) => one.name() === word);
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
