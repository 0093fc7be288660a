import { allNodes, functionName, type CompletionNode, type CompletionValues } from "./completion-tree.js";

/** The script for bash, 3.2 of macOS included: what is no word of ours is completed as a file, by bash itself. */
export function bashScript(root: CompletionNode, program: string): string {
  const nodes = allNodes(root);
  const descents = nodes.flatMap(({ words, commands }) =>
    commands.map(
      (command) => `      "${[...words, command.words.at(-1)].join(" ")}") path="${command.words.join(" ")}" ;;`,
    ),
  );
  const cases = nodes.map((node) => `    "${node.words.join(" ")}")\n${caseOf(node)}\n      ;;`);
  return `# Completion of ${program} for bash. Made by: ${program} completion bash
${functionName(program)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
${descents.join("\n")}
    esac
  done
  COMPREPLY=()
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F ${functionName(program)} ${program}
`;
}

function caseOf({ options, commands, values }: CompletionNode): string {
  const flags = options.flatMap((option) => option.flags).join(" ");
  const afterOptions = options
    .filter((option) => option.values !== undefined)
    .map((option) => `        ${option.flags.join("|")}) ${wordsOrNothing(option.values)} ;;`);
  const words = [...commands.map(({ words }) => words.at(-1)), ...(typeof values === "string" ? [] : values)].join(" ");
  return [
    ...(afterOptions.length > 0 ? ['      case "$previous" in', ...afterOptions, "      esac"] : []),
    `      words="${words}"`,
    `      case "$current" in -*) words="${flags}" ;; esac`,
  ].join("\n");
}

function wordsOrNothing(values: CompletionValues | undefined): string {
  return typeof values === "object"
    ? `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$current")); return`
    : "return";
}
