import { command as sandboxCommand } from "../../../packages/apollo-sandbox/src/main.js";
import { commandLine } from "../../../packages/signal-delivery/src/command-line.js";
import { processIo } from "../../../packages/signal-delivery/src/io.js";
import { SIGNAL_APOLLO } from "../../../packages/signal-apollo-worker/src/main.js";
import { apolloDefinition } from "../../../packages/signal-apollo-worker/src/apollo-definition.js";
import { settingFields } from "@datafly/signal-connector-kit";
import { code, table } from "./table.js";

/** A command, as commander describes it. */
export type Command = ReturnType<typeof commandLine>;

/** The programs of this repository. */
export const PROGRAMS: Readonly<Record<string, () => Command>> = {
  "signal-apollo": () =>
    commandLine(
      {
        ...processIo,
        program: SIGNAL_APOLLO,
        definition: apolloDefinition,
        settings: settingFields(apolloDefinition.settings),
      },
      () => undefined,
    ),
  "apollo-sandbox": sandboxCommand,
};

/** The reference of a program: its commands, each under a heading of its own, with arguments and options. */
export function commandReference(name: string): string {
  const program = PROGRAMS[name]?.();
  if (program === undefined) throw new Error(`There is no program ${name}.`);
  const commands = withPath(program, []);
  return commands
    .flatMap(({ path, command }) => [...(commands.length > 1 ? [`### ${path}`] : []), ...describe(path, command)])
    .join("\n\n");
}

/** A command and those within it, without those that only hold others. */
function withPath(command: Command, parents: readonly string[]): { path: string; command: Command }[] {
  const names = [...parents, command.name()];
  if (command.commands.length === 0) return [{ path: names.join(" "), command }];
  return command.commands.flatMap((part) => withPath(part, names));
}

function describe(path: string, command: Command): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== "--help");
  const rows = [
    ...help.visibleArguments(command).map((argument) => [argument.name(), help.argumentDescription(argument)]),
    ...options.map((option) => [option.flags, help.optionDescription(option)]),
  ].map(([term = "", description = ""]) => [code(term), description.replaceAll("<", "\\<")]);
  const usage = options.length > 0 ? command.usage() : command.usage().replace("[options]", "").trim();
  return [
    sentence(command.description()),
    `\`\`\`text\n${`${path} ${usage}`.trim()}\n\`\`\``,
    ...(rows.length > 0 ? [table(["argument or option", "meaning"], rows)] : []),
  ];
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
