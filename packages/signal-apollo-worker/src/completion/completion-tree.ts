import type { Argument, Command, Option } from "commander";

import { TOPICS } from "../explain/topic.js";

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

const VALUES_OF_NAMES: Readonly<Partial<Record<string, CompletionValues>>> = {
  file: "files",
  folder: "folders",
  names: TOPICS.map(({ name }) => name),
};

/** Reads what can be completed from a command and all below it. */
export function completionTree(command: Command, words: readonly string[] = []): CompletionNode {
  const help = command.createHelp();
  return {
    words,
    description: command.summary() || command.description(),
    commands: help
      .visibleCommands(command)
      .filter((sub) => sub.name() !== "help")
      .map((sub) => completionTree(sub, [...words, sub.name()])),
    options: help.visibleOptions(command).map(completionOption),
    values: valuesOfArgument(command.registeredArguments[0]),
  };
}

/** The node and all below it. */
export function allNodes(node: CompletionNode): readonly CompletionNode[] {
  return [node, ...node.commands.flatMap(allNodes)];
}

function completionOption(option: Option): CompletionOption {
  const { short, long, description, flags } = option;
  const name = /[<[](\w+)[\]>]$/.exec(flags)?.[1] ?? "";
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    values: option.required || option.optional ? (option.argChoices ?? VALUES_OF_NAMES[name] ?? "anything") : undefined,
  };
}

function valuesOfArgument(argument: Argument | undefined): CompletionValues {
  if (argument === undefined) return "anything";
  return argument.argChoices ?? VALUES_OF_NAMES[argument.name()] ?? "anything";
}
