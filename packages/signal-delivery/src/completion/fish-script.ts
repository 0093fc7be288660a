import { allNodes, type CompletionNode, type CompletionOption, type CompletionValues } from "./completion-tree.js";

/** The script for fish: a line for each thing that can follow. */
export function fishScript(root: CompletionNode, program: string): string {
  const lines = allNodes(root).flatMap((node) => {
    const complete = `complete -c ${program} -n ${quoted(conditionOf(node))}`;
    const commands = node.commands.map(
      ({ words, description }) => `${complete} -a ${words.at(-1) ?? ""} -d ${quoted(description)}`,
    );
    const options = node.options.map((option) => `${complete} ${optionOf(option)}`);
    return [...commands, ...options, ...valuesOf(node.values).map((values) => `${complete} ${values}`)];
  });
  return `# Completion of ${program} for fish. Made by: ${program} completion fish
complete -c ${program} -f
${lines.join("\n")}
`;
}

/** Where a node's own words can stand: behind the words that lead to it, before those that lead further. */
function conditionOf({ words, commands }: CompletionNode): string {
  const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = commands.map((command) => command.words.at(-1)).join(" ");
  return [...seen, ...(further === "" ? [] : [`not __fish_seen_subcommand_from ${further}`])].join("; and ");
}

function optionOf({ flags, description, values }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = values === undefined ? [] : ["-r", ...(valuesOf(values).length > 0 ? valuesOf(values) : ["-f"])];
  return [...names, ...value, "-d", quoted(description)].join(" ");
}

function valuesOf(values: CompletionValues): string[] {
  if (typeof values === "object") return [`-f -a ${quoted(values.join(" "))}`];
  return { files: ["-F"], folders: ["-f -a '(__fish_complete_directories)'"], anything: [] }[values];
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
