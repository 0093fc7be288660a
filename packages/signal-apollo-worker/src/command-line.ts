import { Command, InvalidArgumentError } from "commander";

import { version } from "../package.json";
import { deliver, type DeliverFlags } from "./commands/deliver.js";
import { preview, type PreviewFlags } from "./commands/preview.js";
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

  withPlanOptions(program.command("preview"))
    .summary("say what would be sent and why not; sends nothing")
    .description("Says for each event what would be sent, or why nothing would. Sends nothing and needs no key.")
    .action(async (file: string | undefined, flags: PreviewFlags) => {
      done(await preview(file, flags, io));
    });

  withPlanOptions(program.command("deliver"))
    .summary("deliver events to Apollo")
    .description("Delivers events to Apollo, in order for each person. Needs APOLLO_API_KEY.")
    .option("--base-url <url>", "where Apollo is (APOLLO_BASE_URL)")
    .option(
      "--concurrency <number>",
      "how many calls may be in the air at once, for different people",
      parseConcurrency,
      4,
    )
    .option("--dead-letters <file>", "where to keep what cannot be delivered (default: <file>.dead-letters.ndjson)")
    .action(async (file: string | undefined, flags: DeliverFlags) => {
      done(await deliver(file, flags, io));
    });

  return program;
}

function withPlanOptions(command: Command): Command {
  return command
    .argument("[file]", "the events, one JSON object a line; - or nothing for standard input")
    .option("--no-dedupe", "do not send run_dedupe: every event makes a contact of its own")
    .option("--default-country <code>", "the country of phone numbers that do not name theirs: US, DE, …")
    .option("--blueprint <file>", "a mapping of your own, as JSON, in place of Signal's")
    .option("--json", "one JSON object a line on standard output");
}

function parseConcurrency(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 256) return number;
  throw new InvalidArgumentError("Give a whole number from 1 to 256.");
}
