import { Argument, Command, InvalidArgumentError } from "commander";
import pc from "picocolors";

import { version } from "../package.json";
import { check, type CheckFlags } from "./commands/check.js";
import { completion } from "./commands/completion.js";
import { consume, type ConsumeFlags } from "./commands/consume.js";
import {
  listDeadLetterTopic,
  replayDeadLetterTopic,
  showDeadLetterOfTopic,
  type DeadLetterTopicFlags,
} from "./commands/dead-letter-topics.js";
import { listDeadLetters, replayDeadLetters, showDeadLetter } from "./commands/dead-letters.js";
import { deliver, type DeliverFlags } from "./commands/deliver.js";
import { explain } from "./commands/explain.js";
import { forgetPerson } from "./commands/forget-person.js";
import { init } from "./commands/init.js";
import { preview, type PreviewFlags } from "./commands/preview.js";
import { OUTAGE_TIMEOUT_S } from "./commands/pipeline.js";
import type { DeliveryFlags } from "./commands/run-delivery.js";
import type { GroupFlags } from "./commands/run-group.js";
import { SHELLS, type Shell } from "./completion/shell.js";
import { EnvironmentOption, takeFromEnvironment } from "./environment-option.js";
import type { ExitCode } from "./exit-code.js";
import { COMMAND_HELP, PROGRAM_HELP } from "./help-text.js";
import type { Io } from "./io.js";
import { UsageError } from "./usage-error.js";
import { SASL_MECHANISMS } from "./kafka/kafka-settings.js";
import { colorsFor } from "./report/color.js";
import { printable, printableLines } from "./text/printable.js";
import { terminalColumns } from "./report/table.js";

/** Describes the command line. The exit code of the command that runs is handed to `done`. */
export function commandLine(io: Io, done: (exitCode: ExitCode) => void): Command {
  const program = new Command("signal-apollo")
    .description("Delivers lead events of Datafly Signal to Apollo.io, as contacts.")
    .version(version, "-V, --version", "say which version this is")
    .helpOption("-h, --help", "say how this is used")
    .addHelpText("after", PROGRAM_HELP)
    .configureHelp({ styleTitle: pc.createColors(true).bold })
    .showHelpAfterError("(signal-apollo --help tells how this is used)")
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

  program.commandsGroup("To begin with:");
  program
    .command("init")
    .argument("[folder]", "where to; it is made if it is not there", ".")
    .summary("write a blueprint and example events to begin with")
    .description(
      "Writes blueprint.jsonc, the mapping with comments, and leads.ndjson, example events, and says what to do next. Writes over nothing.",
    )
    .addHelpText("after", COMMAND_HELP.init)
    .action(async (folder: string) => {
      done(await init(folder, io));
    });

  withKafkaOptions(withConsentOptions(withBaseUrl(withPlanOptions(program.command("check")))))
    .addOption(new EnvironmentOption("--topic <topic>", "the topic of the events", "KAFKA_TOPIC"))
    .addOption(
      new EnvironmentOption(
        "--dead-letter-topic <topic>",
        "the topic of what cannot be delivered (default: <topic>-dlq)",
        "KAFKA_DEAD_LETTER_TOPIC",
      ),
    )
    .summary("check key, address, settings and stores; writes nothing")
    .description(
      "Checks before the first lead whether the key is valid, the address Apollo's, the settings right, and the consent store and Kafka reachable. Writes nothing, and counts against no quota.",
    )
    .addHelpText("after", COMMAND_HELP.check)
    .action(async (flags: CheckFlags) => {
      done(await check(flags, io));
    });

  program.commandsGroup("Events:");
  withPlanOptions(program.command("preview").argument("[file]", EVENTS_ARGUMENT))
    .summary("say what would be sent and why not; sends nothing")
    .description(
      "Says for each event what would be sent, or why nothing would. Sends nothing and needs no key. In a terminal, event and contact stand side by side.",
    )
    .addHelpText("after", COMMAND_HELP.preview)
    .action(async (file: string | undefined, flags: PreviewFlags) => {
      done(await preview(file, flags, io));
    });

  withRestart(
    withOutageTimeout(
      withDeliveryOptions(withPlanOptions(program.command("deliver").argument("[file]", EVENTS_ARGUMENT))),
    ),
  )
    .summary("deliver events to Apollo")
    .description("Delivers events to Apollo, in order for each person. Needs APOLLO_API_KEY.")
    .option("--dead-letters <file>", "where to keep what cannot be delivered (default: <file>.dead-letters.ndjson)")
    .option("--journal <file>", "where to keep how far things are (default: <file>.journal)")
    .option("--no-journal", "keep no journal: a run that ends early has to be begun anew by hand")
    .option("--spool <file>", "write standard input to this file first, so that a later run can go on in it")
    .addHelpText("after", COMMAND_HELP.deliver)
    .action(async (file: string | undefined, flags: DeliverFlags) => {
      done(await deliver(file, flags, io));
    });

  withDeliveryOptions(withSessionTimeout(withKafkaOptions(withPlanOptions(program.command("consume")))))
    .summary("deliver the events of a Kafka topic, for good")
    .description(
      "Delivers the events of a Kafka topic to Apollo, as a member of a consumer group, until it is stopped. Needs APOLLO_API_KEY, and the package kafkajs.",
    )
    .optionsGroup(KAFKA_OPTIONS)
    .addOption(new EnvironmentOption("--topic <topic>", "the topic of the events", "KAFKA_TOPIC"))
    .addOption(new EnvironmentOption("--group <group>", "the consumer group", "KAFKA_GROUP").default(DEFAULT_GROUP))
    .addOption(
      new EnvironmentOption(
        "--dead-letter-topic <topic>",
        "where to keep what cannot be delivered (default: <topic>-dlq)",
        "KAFKA_DEAD_LETTER_TOPIC",
      ),
    )
    .option("--dead-letters <file>", "keep it in a file in place of a topic")
    .optionsGroup("Sending:")
    .addOption(
      new EnvironmentOption(
        "--probe-interval <seconds>",
        "how often a call is tried while the key or the plan is wrong",
        "PROBE_INTERVAL",
      )
        .argParser(wholeNumber(1, 86_400))
        .default(30),
    )
    .addHelpText("after", COMMAND_HELP.consume)
    .action(async (flags: ConsumeFlags) => {
      done(await consume(flags, io));
    });

  const deadLetters = program
    .command("dead-letters")
    .summary("look into what could not be delivered, and send it again")
    .description("Looks into dead letters, the events that could not be delivered, and sends them again.")
    .helpCommand("help [command]", HELP_COMMAND)
    .addHelpText("after", COMMAND_HELP.deadLetters);
  withDeadLetterTopic(deadLetters.command("list").argument("[file]", "a file of dead letters"))
    .summary("say of each why it could not be delivered")
    .description("Says of each dead letter why it could not be delivered. No personal data.")
    .option("--json", "one JSON object a line")
    .action(async (file: string | undefined, flags: { json?: boolean } & DeadLetterTopicFlags, command: Command) => {
      done(await (inFile(file, command) ? listDeadLetters(file, flags, io) : listDeadLetterTopic(flags, io)));
    });
  withDeadLetterTopic(
    deadLetters
      .command("show")
      .usage("[options] [file] <number>")
      .argument("[file]", "a file of dead letters")
      .argument("[number]", "which of them, as list tells"),
  )
    .summary("show one, with its event")
    .description("Shows one dead letter, with its event: personal data.")
    .action(
      async (first: string | undefined, second: string | undefined, flags: DeadLetterTopicFlags, command: Command) => {
        const isNumber = second === undefined && /^\d+(?::\d+)?$/.test(first ?? "");
        const [file, number] = isNumber ? [undefined, first] : [first, second];
        if (number === undefined) {
          const ofFile = file === undefined ? "" : ` of ${printable(file)}`;
          throw new UsageError(`Which dead letter${ofFile}? Give its number, as list tells.`);
        }
        const isInFile = inFile(file, command);
        done(await (isInFile ? showDeadLetter(file, number, io) : showDeadLetterOfTopic(number, flags, io)));
      },
    );
  withMapping(
    deadLetters
      .command("forget")
      .argument("<file>", "a file of dead letters")
      .argument("<address>", "the e-mail address of the person"),
  )
    .summary("remove the letters of a person who asks to be forgotten")
    .description(
      "Removes the dead letters of one person from a file, found by e-mail address, and says what remains to be done elsewhere. Sends nothing.",
    )
    .action(async (file: string, address: string, { blueprint }: { blueprint?: string }) => {
      done(await forgetPerson(file, address, { dedupe: true, blueprint }, io));
    });
  withSessionTimeout(
    withDeadLetterTopic(
      withRestart(
        withOutageTimeout(
          withDeliveryOptions(
            withPlanOptions(deadLetters.command("replay").argument("[file]", "a file of dead letters")),
          ),
        ),
      ),
    ),
  )
    .summary("send them again, and keep what still fails")
    .description(
      "Sends dead letters again, with today's settings, and leaves in the file what still fails, or adds it to the topic anew.",
    )
    .action(async (file: string | undefined, flags: ReplayFlags, command: Command) => {
      done(await (inFile(file, command) ? replayDeadLetters(file, flags, io) : replayDeadLetterTopic(flags, io)));
    });

  program.commandsGroup("Help:").helpCommand("help [command]", HELP_COMMAND);
  program
    .command("explain")
    .argument("[names...]", "reasons, warnings, exit codes, HTTP statuses, names of errors")
    .summary("say what a reason or an error means, and what to do")
    .description("Says what a reason, a warning, an exit code or an error means, and what to do about it.")
    .addHelpText("after", COMMAND_HELP.explain)
    .action(async (names: string[]) => {
      done(await explain(names, io));
    });
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell that is to complete what you type").choices(SHELLS))
    .summary("print a script with which Tab completes in your shell")
    .description("Prints a script with which bash, zsh or fish completes commands, options and files.")
    .addHelpText("after", COMMAND_HELP.completion)
    .action(async (shell: Shell) => {
      done(await completion(shell, program, io));
    });

  return program;
}

type ReplayFlags = DeliveryFlags & GroupFlags & DeadLetterTopicFlags;

const HELP_COMMAND = "say how a command is used";
const EVENTS_ARGUMENT = "the events, one JSON object a line; - or nothing for standard input";
const KAFKA_OPTIONS = "Kafka:";
const DEFAULT_GROUP = "signal-apollo";
const PROGRESS_OPTIONS = "Progress and what is kept:";

/** Help that goes into a file or a pipe is this wide. */
const PAPER_COLUMNS = 80;

function withMapping(command: Command): Command {
  return command
    .optionsGroup("Mapping:")
    .option("--blueprint <file>", "a mapping of your own in place of Signal's: JSON, with comments or without");
}

function withPlanOptions(command: Command): Command {
  return withMapping(command.option("--json", "one JSON object a line on standard output"))
    .option("--default-country <code>", "the country of phone numbers that do not name theirs: US, DE, …")
    .option("--no-dedupe", "do not send run_dedupe: every event makes a contact of its own");
}

/** For runs that end; a worker waits as long as it takes. */
function withOutageTimeout(command: Command): Command {
  return command
    .optionsGroup("Sending:")
    .option(
      "--outage-timeout <seconds>",
      "how long to wait while Apollo is away, then stop; 0 for no limit",
      wholeNumber(0, 2_000_000),
      OUTAGE_TIMEOUT_S,
    );
}

function withBaseUrl(command: Command): Command {
  return command.optionsGroup("Sending:").option("--base-url <url>", "where Apollo is (also APOLLO_BASE_URL)");
}

function withConsentOptions(command: Command): Command {
  return command
    .optionsGroup("Consent at delivery:")
    .addOption(
      new EnvironmentOption(
        "--consent-store <url>",
        "where the current consent is asked for before each call: redis://… or a file",
        "CONSENT_STORE",
      ),
    )
    .option("--consent-key <template>", "the key of a person in it (default: consent:{anonymousId})")
    .option("--consent-path <path>", "where the flag stands under that key (default: canonical.{purpose})");
}

function withDeliveryOptions(command: Command): Command {
  const sending = withBaseUrl(command)
    .option(
      "--concurrency <number>",
      "how many calls may be in the air at once, for different people",
      wholeNumber(1, 256),
      4,
    )
    .option("--max-attempts <number>", "how often an event is sent before it is given up", wholeNumber(1, 100), 5)
    .option(
      "--backoff <ms>",
      "the longest wait before the second attempt; doubles from there",
      wholeNumber(0, 60_000),
      500,
    )
    .option("--drain-timeout <seconds>", "how long what is in the air may take after Ctrl-C", wholeNumber(0, 3600), 30);
  return withConsentOptions(sending)
    .optionsGroup("Watching:")
    .option("--audit <file>", "record why each event was, or was not, delivered; without personal data")
    .addOption(
      new EnvironmentOption("--metrics-port <port>", "serve /metrics, /healthz and /readyz", "METRICS_PORT").argParser(
        wholeNumber(0, 65_535),
      ),
    )
    .addOption(
      new EnvironmentOption("--metrics-host <address>", "where to serve them (default: 127.0.0.1)", "METRICS_HOST"),
    )
    .option("--log-json", "a log in JSON on standard error, in place of sentences");
}

function withRestart(command: Command): Command {
  return command.optionsGroup(PROGRESS_OPTIONS).option("--restart", "begin anew, whatever the journal says");
}

function withSessionTimeout(command: Command): Command {
  return command
    .optionsGroup(KAFKA_OPTIONS)
    .addOption(
      new EnvironmentOption(
        "--session-timeout <seconds>",
        "after how long without a sign of life others take over",
        "KAFKA_SESSION_TIMEOUT",
      )
        .argParser(wholeNumber(6, 1800))
        .default(30),
    );
}

/** Dead letters stand in a file or in a topic. */
function withDeadLetterTopic(command: Command): Command {
  return withKafkaOptions(command)
    .addOption(
      new EnvironmentOption(
        "--topic <topic>",
        "a topic of dead letters, in place of a file",
        "KAFKA_DEAD_LETTER_TOPIC",
      ),
    )
    .addOption(
      new EnvironmentOption("--group <group>", "the consumer group that left them there", "KAFKA_GROUP").default(
        DEFAULT_GROUP,
      ),
    );
}

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

function withKafkaOptions(command: Command): Command {
  return command
    .optionsGroup(KAFKA_OPTIONS)
    .addOption(
      new EnvironmentOption("--brokers <list>", "where Kafka is: host:port, separated by commas", "KAFKA_BROKERS"),
    )
    .addOption(new EnvironmentOption("--tls", "connect with TLS", "KAFKA_TLS"))
    .addOption(
      new EnvironmentOption(
        "--tls-ca <file>",
        "the certificate of your own authority, PEM; implies --tls",
        "KAFKA_TLS_CA",
      ),
    )
    .addOption(new EnvironmentOption("--tls-cert <file>", "the client's certificate, PEM", "KAFKA_TLS_CERT"))
    .addOption(new EnvironmentOption("--tls-key <file>", "the key of that certificate, PEM", "KAFKA_TLS_KEY"))
    .addOption(
      new EnvironmentOption(
        "--sasl <mechanism>",
        "show KAFKA_USERNAME and KAFKA_PASSWORD in this way",
        "KAFKA_SASL",
      ).choices(SASL_MECHANISMS),
    );
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
