import type { Argument, Command, Option } from "commander";

/** What can follow a command, in the form that the scripts of all shells are made from. */
export interface CompletionNode {
  /** The words that lead to it: none for the program, `dead-letters`, `list` for its part. */
  readonly words: readonly string[];
  readonly description: string;
  readonly commands: readonly CompletionNode[];
  readonly options: readonly CompletionOption[];
  /** What its arguments can be. */
  readonly values: CompletionValues;
}

/** An option, and what can follow it. */
export interface CompletionOption {
  /** As they are typed: `-h`, `--help`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What its value can be; `undefined` if it takes none. */
  readonly values: CompletionValues | undefined;
}

/** Some words, files, folders, or what only the person can know. */
export type CompletionValues = readonly string[] | "files" | "folders" | "anything";

/** What the value of an option or an argument can be, by its name. */
type ValuesOfNames = Readonly<Partial<Record<string, CompletionValues>>>;

/**
 * Reads what can be completed from a program.
 *
 * @param topics what can be explained
 */
export function completionTree(program: Command, topics: readonly string[]): CompletionNode {
  return nodeOf(program, [], { file: "files", folder: "folders", names: topics });
}

/** The name of a function of a shell script: `_signal_acme` for `signal-acme`. */
export function functionName(name: string): string {
  return `_${name.replaceAll(/\W/g, "_")}`;
}

function nodeOf(command: Command, words: readonly string[], valuesOfNames: ValuesOfNames): CompletionNode {
  const help = command.createHelp();
  return {
    words,
    description: command.summary() || command.description(),
    commands: help
      .visibleCommands(command)
      .filter((sub) => sub.name() !== "help")
      .map((sub) => nodeOf(sub, [...words, sub.name()], valuesOfNames)),
    options: help.visibleOptions(command).map((option) => completionOption(option, valuesOfNames)),
    values: valuesOfArgument(command.registeredArguments[0], valuesOfNames),
  };
}

/** The node and all below it. */
export function allNodes(node: CompletionNode): readonly CompletionNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

function completionOption(option: Option, valuesOfNames: ValuesOfNames): CompletionOption {
  const { short, long, description, flags } = option;
  const name = /[<[](\w+)[\]>]$/.exec(flags)?.[1] ?? "";
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    values: option.required || option.optional ? (option.argChoices ?? valuesOfNames[name] ?? "anything") : undefined,
  };
}

function valuesOfArgument(argument: Argument | undefined, valuesOfNames: ValuesOfNames): CompletionValues {
  if (argument === undefined) return "anything";
  return argument.argChoices ?? valuesOfNames[argument.name()] ?? "anything";
}
