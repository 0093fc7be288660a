import { Command, InvalidArgumentError } from "commander";

import { version } from "../package.json";
import { listDeadLetters, replayDeadLetters, showDeadLetter } from "./commands/dead-letters.js";
import { deliver, type DeliverFlags } from "./commands/deliver.js";
import { preview, type PreviewFlags } from "./commands/preview.js";
import type { DeliveryFlags } from "./commands/run-delivery.js";
import type { ExitCode } from "./exit-code.js";
import type { Io } from "./io.js";

const EXAMPLES = `
Examples:
  $ signal-apollo preview leads.ndjson              what would be sent, and why not
  $ APOLLO_API_KEY=… signal-apollo deliver leads.ndjson
  $ consumer | signal-apollo deliver --json -       one JSON object a line, from a pipe

Events are NDJSON: one event of Signal, as JSON, a line.

Environment:
  APOLLO_API_KEY    an Apollo key with the Create a Contact endpoint enabled (there is
                    no flag for it: others on the machine could see it)
  APOLLO_BASE_URL   where Apollo is, if not at https://api.apollo.io/api/v1
  CONSENT_STORE_PASSWORD   the password of the consent store, if its URL has none
  NO_COLOR          no colours

Exit codes:
  0  all delivered, or dropped by design     3    stopped; what to put right is said
  1  finished, with dead letters             130  interrupted (143: terminated)
  2  wrong usage or settings

To try without an Apollo account, start apollo-sandbox (@datafly/apollo-sandbox).`;

/** Describes the command line. The exit code of the command that runs is handed to `done`. */
export function commandLine(io: Io, done: (exitCode: ExitCode) => void): Command {
  const program = new Command("signal-apollo")
    .description("Delivers lead events of Datafly Signal to Apollo.io, as contacts.")
    .version(version, "-V, --version", "say which version this is")
    .helpOption("-h, --help", "say how this is used")
    .helpCommand("help [command]", "say how a command is used")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("(signal-apollo --help tells how this is used)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => {
        // A value behind an unknown option is not repeated: it may be a key.
        write(text.replace(/^error: /, "").replace(/^(unknown option '[^'=]*)=.*'/s, "$1'"));
      },
    });

  withPlanOptions(program.command("preview").argument("[file]", EVENTS_ARGUMENT))
    .summary("say what would be sent and why not; sends nothing")
    .description("Says for each event what would be sent, or why nothing would. Sends nothing and needs no key.")
    .action(async (file: string | undefined, flags: PreviewFlags) => {
      done(await preview(file, flags, io));
    });

  withDeliveryOptions(withPlanOptions(program.command("deliver").argument("[file]", EVENTS_ARGUMENT)))
    .summary("deliver events to Apollo")
    .description("Delivers events to Apollo, in order for each person. Needs APOLLO_API_KEY.")
    .option("--dead-letters <file>", "where to keep what cannot be delivered (default: <file>.dead-letters.ndjson)")
    .option("--journal <file>", "where to keep how far things are (default: <file>.journal)")
    .option("--no-journal", "keep no journal: a run that ends early has to be begun anew by hand")
    .option("--spool <file>", "write standard input to this file first, so that a later run can go on in it")
    .action(async (file: string | undefined, flags: DeliverFlags) => {
      done(await deliver(file, flags, io));
    });

  const deadLetters = program.command("dead-letters").description("Looks into dead letters, and sends them again.");
  deadLetters
    .command("list")
    .argument("<file>", "a file of dead letters")
    .description("Says of each dead letter why it could not be delivered. No personal data.")
    .option("--json", "one JSON object a line")
    .action(async (file: string, flags: { json?: boolean }) => {
      done(await listDeadLetters(file, flags, io));
    });
  deadLetters
    .command("show")
    .argument("<file>", "a file of dead letters")
    .argument("<number>", "which of them, as list tells", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .description("Shows one dead letter, with its event: personal data.")
    .action(async (file: string, number: number) => {
      done(await showDeadLetter(file, number, io));
    });
  withDeliveryOptions(withPlanOptions(deadLetters.command("replay").argument("<file>", "a file of dead letters")))
    .description("Sends dead letters again, with today's settings, and leaves in the file what still fails.")
    .action(async (file: string, flags: DeliveryFlags) => {
      done(await replayDeadLetters(file, flags, io));
    });

  return program;
}

const EVENTS_ARGUMENT = "the events, one JSON object a line; - or nothing for standard input";

function withPlanOptions(command: Command): Command {
  return command
    .option("--no-dedupe", "do not send run_dedupe: every event makes a contact of its own")
    .option("--default-country <code>", "the country of phone numbers that do not name theirs: US, DE, …")
    .option("--blueprint <file>", "a mapping of your own, as JSON, in place of Signal's")
    .option("--json", "one JSON object a line on standard output");
}

function withDeliveryOptions(command: Command): Command {
  return command
    .option("--base-url <url>", "where Apollo is (APOLLO_BASE_URL)")
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
    .option("--drain-timeout <seconds>", "how long what is in the air may take after Ctrl-C", wholeNumber(0, 3600), 30)
    .option("--consent-store <url>", "where the current consent is asked for before each call: redis://… or a file")
    .option("--consent-key <template>", "the key of a person in it (default: consent:{anonymousId})")
    .option("--consent-path <path>", "where the flag stands under that key (default: canonical.{purpose})")
    .option("--restart", "begin anew, whatever the journal says")
    .option("--audit <file>", "record why each event was, or was not, delivered; without personal data")
    .option("--metrics-port <port>", "serve /metrics, /healthz and /readyz on 127.0.0.1", wholeNumber(0, 65_535))
    .option("--log-json", "a log in JSON on standard error, in place of sentences");
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
