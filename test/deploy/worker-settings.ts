import { PROGRAMS, type Command } from "../../docs/tools/regions/command-reference.js";
import { EnvironmentOption } from "../../packages/signal-delivery/src/environment-option.js";

/** What a command of a program can be told. */
export interface Settings {
  readonly options: readonly string[];
  /** The names of environment variables. */
  readonly variables: readonly string[];
}

/** The variables that the connector and the connections read by themselves; most are what others on the machine must not see. */
const VARIABLES_WITHOUT_OPTION = [
  "APOLLO_API_KEY",
  "APOLLO_BASE_URL",
  "CONSENT_STORE_PASSWORD",
  "KAFKA_USERNAME",
  "KAFKA_PASSWORD",
];

/** The options and variables of `signal-apollo consume`. */
export function settingsOfConsume(): Settings {
  const consume = consumeCommand();
  const variables = consume.options.flatMap((option) => (option instanceof EnvironmentOption ? option.variable : []));
  return { options: optionsOf(consume), variables: [...variables, ...VARIABLES_WITHOUT_OPTION] };
}

/** The options of `apollo-sandbox`. */
export function settingsOfSandbox(): Settings {
  return { options: optionsOf(commandOf("apollo-sandbox")), variables: [] };
}

/** Options among the words of a command line, without their values. */
export function optionsAmong(words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith("-")).map((word) => word.split("=", 1)[0] ?? "");
}

/** The default of an option, such as `30` of `--drain-timeout`. */
export function defaultOf(option: string): unknown {
  return consumeCommand().options.find(({ long }) => long === option)?.defaultValue;
}

function consumeCommand(): Command {
  const consume = commandOf("signal-apollo").commands.find((command) => command.name() === "consume");
  if (consume === undefined) throw new Error("There is no consume.");
  return consume;
}

function commandOf(program: string): Command {
  const command = PROGRAMS[program]?.();
  if (command === undefined) throw new Error(`There is no program ${program}.`);
  return command;
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}
