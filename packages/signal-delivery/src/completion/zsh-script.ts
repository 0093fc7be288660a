import {
  allNodes,
  functionName,
  type CompletionNode,
  type CompletionOption,
  type CompletionValues,
} from "./completion-tree.js";

/** The script for zsh: a function for each command, in the words of `_arguments`. */
export function zshScript(root: CompletionNode, program: string): string {
  return `#compdef ${program}
# Completion of ${program} for zsh. Made by: ${program} completion zsh
${allNodes(root)
  .map((node) => functionOf(node, program))
  .join("\n")}
compdef ${nameOf(root, program)} ${program}
`;
}

function functionOf(node: CompletionNode, program: string): string {
  const specs = node.options.map(optionSpec);
  if (node.commands.length === 0) {
    const argument = node.values === "anything" ? [] : [quoted(`*:argument:${actionOf(node.values)}`)];
    return `${nameOf(node, program)}() {\n  _arguments ${[...specs, ...argument].join(" \\\n    ")}\n}`;
  }
  const commands = node.commands.map(
    ({ words, description }) => `      ${quoted(`${words.at(-1) ?? ""}:${description.replaceAll(":", "\\:")}`)}`,
  );
  const branches = node.commands.map(
    (command) => `      ${command.words.at(-1) ?? ""}) ${nameOf(command, program)} ;;`,
  );
  return `${nameOf(node, program)}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C ${[...specs, "'1:command:->command'", "'*::argument:->argument'"].join(" \\\n    ")}
  case $state in
    command)
      local -a commands
      commands=(
${commands.join("\n")}
      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${branches.join("\n")}
      esac
      ;;
  esac
}`;
}

function nameOf({ words }: CompletionNode, program: string): string {
  return functionName([program, ...words].join("_"));
}

function optionSpec({ flags, description, values }: CompletionOption): string {
  const what = `[${description.replaceAll(/[[\]:\\]/g, String.raw`\$&`)}]${values === undefined ? "" : `:value:${actionOf(values)}`}`;
  return flags.length === 1
    ? quoted(`${flags.join("")}${what}`)
    : `${quoted(`(${flags.join(" ")})`)}{${flags.join(",")}}${quoted(what)}`;
}

function actionOf(values: CompletionValues): string {
  if (typeof values === "object") return `(${values.join(" ")})`;
  return { files: "_files", folders: "_files -/", anything: " " }[values];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
