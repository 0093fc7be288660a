import { InvalidArgumentError, Option, type Command } from "commander";

import { UsageError } from "./usage-error.js";

/** An option that can also stand in the environment, for containers. The command line comes first. */
export class EnvironmentOption extends Option {
  readonly variable: string;

  constructor(flags: string, description: string, variable: string) {
    super(flags, `${description} (also ${variable})`);
    this.variable = variable;
  }
}

/**
 * Takes from the environment what a command was not given. What is empty there is not there.
 *
 * @throws UsageError if a value is wrong
 */
export function takeFromEnvironment(command: Command, env: Readonly<Partial<Record<string, string>>>): void {
  for (const option of command.options) {
    if (!(option instanceof EnvironmentOption)) continue;
    const text = env[option.variable] ?? "";
    const name = option.attributeName();
    if (text === "" || command.getOptionValueSource(name) === "cli") continue;
    command.setOptionValueWithSource(name, valueOf(option, text), "env");
  }
}

function valueOf(option: EnvironmentOption, text: string): unknown {
  try {
    if (option.isBoolean()) return truthOf(text);
    const parse: ((text: string, previous: unknown) => unknown) | undefined = option.parseArg;
    return parse === undefined ? text : parse(text, undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(`${option.variable} is wrong: ${error.message}`);
  }
}

function truthOf(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new InvalidArgumentError("Write true or false.");
}
