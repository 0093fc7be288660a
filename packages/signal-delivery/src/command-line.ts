import { Argument, Command } from "commander";
import pc from "picocolors";

// Commands are loaded when they run: what one of them needs is no cost of the others.
import type { CheckFlags } from "./commands/check.js";
import type { ConsumeFlags } from "./commands/consume.js";
import type { DeadLetterStore } from "./commands/dead-letter-store.js";
import type { DeadLetterTopicFlags } from "./commands/dead-letter-topics.js";
import type { DeliverFlags } from "./commands/deliver.js";
import { initOptions } from "./commands/init-question.js";
import type { PreviewFlags } from "./commands/preview.js";
import { schema, SCHEMAS, type SchemaName } from "./commands/schema.js";
import type { PlanFlags } from "./commands/connector.js";
import type { DeliveryFlags } from "./commands/run-delivery.js";
import type { GroupFlags } from "./commands/run-group.js";
import { SHELLS, type Shell } from "./completion/shell.js";
import { takeFromEnvironment } from "./environment-option.js";
import type { ExitCode } from "./exit-code.js";
import { commandHelp, programHelp } from "./help-text.js";
import type { CommandIo } from "./io.js";
import { optionTables, withOptions, type OptionGroup } from "./options.js";
import { UsageError } from "./usage-error.js";
import { colorsFor } from "./report/color.js";
import { printable, printableLines } from "./text/printable.js";
import { terminalColumns } from "./report/terminal-columns.js";

/** Describes the command line. The exit code of the command that runs is handed to `done`. */
export function commandLine(io: CommandIo, done: (exitCode: ExitCode) => void): Command {
  const { definition, settings } = io;
  const { vendor, title = vendor.name, words: { probeScope } = {} } = definition;
  const { name, version } = io.program;
  const options = optionTables(io);
  const help = commandHelp(io);
  const needs = settings.filter(({ required, env }) => required && env !== undefined).map(({ env }) => env);
  const needed = needs.length === 0 ? "" : ` Needs ${needs.join(", ")}`;
  const program = new Command(name)
    .description(`Delivers lead events of Datafly Signal to ${title}, as ${vendor.record}s.`)
    .version(version, "-V, --version", "say which version this is")
    .helpOption("-h, --help", "say how this is used")
    .addHelpText("after", programHelp(io))
    .configureHelp({ styleTitle: pc.createColors(true).bold })
    .showHelpAfterError(`(${name} --help tells how this is used)`)
    .exitOverride()
    .hook("preAction", (_program, command) => {
      takeFromEnvironment(command, io.env);
    })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => terminalColumns(io.stdout) ?? PAPER_COLUMNS,
      getErrHelpWidth: () => terminalColumns(io.stderr) ?? PAPER_COLUMNS,
      getOutHasColors: () => colorsFor(io.stdout, io.env).isColorSupported,
      getErrHasColors: () => colorsFor(io.stderr, io.env).isColorSupported,
      outputError: (text, write) => {
        // A value behind an unknown option is not repeated: it may be a key.
        write(
          printableLines(text.replace(/^error: /, "").replace(/^(unknown option '(?:--[^'=]*(?==)|-[^-])).+'/s, "$1'")),
        );
      },
    });

  const add = (
    parent: Command,
    { name: word, usage, args = [], options: groups = [], summary, description, help: after }: CommandRow,
    run: (args: readonly (string | undefined)[], flags: never, command: Command) => Promise<ExitCode>,
  ): void => {
    const command = withOptions(parent.command(word), groups).summary(summary).description(description);
    for (const argument of args) command.addArgument(argument);
    if (usage !== undefined) command.usage(usage);
    if (after !== undefined) command.addHelpText("after", after);
    command.action(async (...given: unknown[]) => {
      const [flags, itself] = given.slice(-2) as [never, Command];
      done(await run(given.slice(0, -2) as (string | undefined)[], flags, itself));
    });
  };

  program.commandsGroup("To begin with:");
  add(
    program,
    {
      name: "init",
      args: [new Argument("[folder]", "where to; it is made if it is not there").default(".")],
      summary: "write a blueprint and example events to begin with",
      description:
        "Writes blueprint.jsonc, the mapping with comments, its schema for editors, and leads.ndjson, example events, and says what to do next. Writes over nothing.",
      options: [{ options: initOptions(io) }],
      help: help.init,
    },
    async ([folder = "."], flags) => (await import("./commands/init.js")).init(folder, flags, io),
  );
  add(
    program,
    {
      name: "check",
      options: [
        ...options.planning,
        ...options.connecting,
        ...options.scopeProbe,
        ...options.consent,
        ...options.kafka,
        ...options.topics,
      ],
      summary: "check key, address, settings and stores; writes nothing",
      description: `Checks before the first lead whether the key is valid, the address ${vendor.name}'s, the settings right, and the consent store and Kafka reachable. Writes nothing, and counts against no quota${probeScope === undefined ? "" : " unless --probe-scope is given"}.`,
      help: help.check,
    },
    async (_, flags: CheckFlags) => (await import("./commands/check.js")).check(flags, io),
  );

  program.commandsGroup("Events:");
  const delivering = [...options.connecting, ...options.delivering, ...options.consent, ...options.watching];
  add(
    program,
    {
      name: "preview",
      args: [EVENTS],
      options: [...options.strict, ...options.planning],
      summary: "say what would be sent and why not; sends nothing",
      description: `Says for each event what would be sent, or why nothing would. Sends nothing and needs no key. In a terminal, event and ${vendor.record} stand side by side.`,
      help: help.preview,
    },
    async ([file], flags: PreviewFlags) => (await import("./commands/preview.js")).preview(file, flags, io),
  );
  add(
    program,
    {
      name: "deliver",
      args: [EVENTS],
      options: [...options.planning, ...delivering, ...options.outage, ...options.restart, ...options.files],
      summary: `deliver events to ${vendor.name}`,
      description: `Delivers events to ${vendor.name}, in order for each person.${needed}.`,
      help: help.deliver,
    },
    async ([file], flags: DeliverFlags) => (await import("./commands/deliver.js")).deliver(file, flags, io),
  );
  add(
    program,
    {
      name: "consume",
      options: [
        ...options.planning,
        ...options.kafka,
        ...options.session,
        ...delivering,
        ...options.consuming,
        ...options.probing,
      ],
      summary: "deliver the events of a Kafka topic, for good",
      description: `Delivers the events of a Kafka topic to ${vendor.name}, as a member of a consumer group, until it is stopped.${needed}${needed && ", and"} the package kafkajs.`,
      help: help.consume,
    },
    async (_, flags: ConsumeFlags) => (await import("./commands/consume.js")).consume(flags, io),
  );
  addDeadLetters(program);

  program.commandsGroup("The connector as data:");
  add(
    program,
    {
      name: "schema",
      args: [new Argument("<of>", "what the schema is of").choices(SCHEMAS)],
      summary: "print the JSON Schema of a blueprint or of the settings",
      description:
        "Prints a JSON Schema: with that of a blueprint an editor completes and checks the file as you write it; that of the settings says what the connector can be set to.",
      help: help.schema,
    },
    ([of]) => schema(of as SchemaName, io),
  );
  add(
    program,
    {
      name: "manifest",
      summary: "print the connector's entry in Signal's catalogue",
      description:
        "Prints the connector's entry in Signal's catalogue as JSON: its fields with label, type and help text, its events, and the consent that it needs.",
      help: help.manifest,
    },
    async () => (await import("./commands/manifest.js")).manifest(io),
  );

  program.commandsGroup("Help:").helpCommand("help [command]", HELP_COMMAND);
  add(
    program,
    {
      name: "explain",
      args: [new Argument("[names...]", "reasons, warnings, exit codes, HTTP statuses, names of errors")],
      summary: "say what a reason or an error means, and what to do",
      description: "Says what a reason, a warning, an exit code or an error means, and what to do about it.",
      help: help.explain,
    },
    async ([names]) => (await import("./commands/explain.js")).explain(names as unknown as readonly string[], io),
  );
  add(
    program,
    {
      name: "completion",
      args: [new Argument("<shell>", "the shell that is to complete what you type").choices(SHELLS)],
      summary: "print a script with which Tab completes in your shell",
      description: "Prints a script with which bash, zsh or fish completes commands, options and files.",
      help: help.completion,
    },
    async ([shell]) => (await import("./commands/completion.js")).completion(shell as Shell, program, io),
  );
  return program;

  function addDeadLetters(parent: Command): void {
    const deadLetters = parent
      .command("dead-letters")
      .summary("look into what could not be delivered, and send it again")
      .description("Looks into dead letters, the events that could not be delivered, and sends them again.")
      .helpCommand("help [command]", HELP_COMMAND)
      .addHelpText("after", help.deadLetters);
    const inTopic = [...options.kafka, ...options.letterTopic];
    add(
      deadLetters,
      {
        name: "list",
        args: [LETTERS],
        options: [...inTopic, ...options.json],
        summary: "say of each why it could not be delivered",
        description: "Says of each dead letter why it could not be delivered. No personal data.",
      },
      async ([file], flags: { json?: boolean } & DeadLetterTopicFlags, command) =>
        (await inStore()).listDeadLetters(await storeOf(file, flags, command, io), flags, io),
    );
    add(
      deadLetters,
      {
        name: "show",
        usage: "[options] [file] <number>",
        args: [LETTERS, new Argument("[number]", "which of them, as list tells")],
        options: inTopic,
        summary: "show one, with its event",
        description: "Shows one dead letter, with its event: personal data.",
      },
      async ([first, second], flags: DeadLetterTopicFlags, command) => {
        const isNumber = second === undefined && /^\d+(?::\d+)?$/.test(first ?? "");
        const [file, number] = isNumber ? [undefined, first] : [first, second];
        if (number === undefined) {
          const ofFile = file === undefined ? "" : ` of ${printable(file)}`;
          throw new UsageError(`Which dead letter${ofFile}? Give its number, as list tells.`);
        }
        return (await inStore()).showDeadLetter(await storeOf(file, flags, command, io), number, io);
      },
    );
    add(
      deadLetters,
      {
        name: "forget",
        args: [
          new Argument("<file>", "a file of dead letters"),
          new Argument("<address>", "the e-mail address of the person"),
        ],
        options: options.mapping,
        summary: "remove the letters of a person who asks to be forgotten",
        description:
          "Removes the dead letters of one person from a file, found by e-mail address, and says what remains to be done elsewhere. Sends nothing.",
      },
      async ([file = "", address = ""], flags: PlanFlags) =>
        (await import("./commands/forget-person.js")).forgetPerson(file, address, flags, io),
    );
    add(
      deadLetters,
      {
        name: "replay",
        args: [LETTERS],
        options: [
          ...options.planning,
          ...delivering,
          ...options.outage,
          ...options.restart,
          ...inTopic,
          ...options.session,
        ],
        summary: "send them again, and keep what still fails",
        description:
          "Sends dead letters again, with today's settings, and leaves in the file what still fails, or adds it to the topic anew.",
      },
      async ([file], flags: ReplayFlags, command) =>
        inFile(file, command)
          ? (await inFiles()).replayDeadLetters(file, flags, io)
          : (await inTopics()).replayDeadLetterTopic(flags, io),
    );
  }
}

const inFiles = () => import("./commands/dead-letters.js");
const inTopics = () => import("./commands/dead-letter-topics.js");
const inStore = () => import("./commands/dead-letter-store.js");

/** Where the dead letters are that a command is about. */
async function storeOf(
  file: string | undefined,
  flags: DeadLetterTopicFlags,
  command: Command,
  io: CommandIo,
): Promise<DeadLetterStore> {
  return inFile(file, command) ? (await inFiles()).letterFile(file) : (await inTopics()).letterTopic(flags, io);
}

/** A command, and what its help says. */
interface CommandRow {
  readonly name: string;
  /** What follows the name, where that is not made from arguments and options. */
  readonly usage?: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly OptionGroup[];
  /** In the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** Below its options. */
  readonly help?: string;
}

type ReplayFlags = DeliveryFlags & GroupFlags & DeadLetterTopicFlags;

const HELP_COMMAND = "say how a command is used";
const EVENTS = new Argument("[file]", "the events, one JSON object a line; - or nothing for standard input");
const LETTERS = new Argument("[file]", "a file of dead letters");

/** Help that goes into a file or a pipe is this wide. */
const PAPER_COLUMNS = 80;

/**
 * Whether dead letters are looked for in a file. A file comes before a topic of the environment.
 *
 * @throws UsageError if it is neither said which file, nor which topic, or both
 */
function inFile(file: string | undefined, command: Command): file is string {
  const saidBy = command.getOptionValueSource("topic");
  const which = "Which dead letters? Name a file, or a topic with --topic and --brokers";
  if (file !== undefined && saidBy === "cli") throw new UsageError(`${which}; not both.`);
  if (file === undefined && saidBy === undefined) throw new UsageError(`${which}.`);
  return file !== undefined;
}
