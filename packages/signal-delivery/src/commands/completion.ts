import type { Command } from "commander";

import { bashScript } from "../completion/bash-script.js";
import { completionTree, type CompletionNode } from "../completion/completion-tree.js";
import { fishScript } from "../completion/fish-script.js";
import type { Shell } from "../completion/shell.js";
import { zshScript } from "../completion/zsh-script.js";
import { ExitCode } from "../exit-code.js";
import { topicsOf } from "../explain/topic.js";
import type { CommandIo } from "../io.js";
import { Output } from "../report/output.js";

const SCRIPTS: Readonly<Record<Shell, (root: CompletionNode, program: string) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Prints a script that completes the command line in a shell. It is made from the command line itself. */
export async function completion(shell: Shell, program: Command, io: CommandIo): Promise<ExitCode> {
  const names = topicsOf(io).map(({ name }) => name);
  await new Output(io.stdout).write(SCRIPTS[shell](completionTree(program, names), io.program.name));
  return ExitCode.done;
}
