import pc from "picocolors";

import { EXIT_CODE_EXPLANATIONS } from "./exit-code.js";

// Always in colour: Commander takes colours away where there are to be none.
const { bold, dim } = pc.createColors(true);

/** What stands below the list of commands. */
export const PROGRAM_HELP = `
${bold("Begin here:")}
  $ signal-apollo init                   ${dim("writes blueprint.jsonc and leads.ndjson")}
  $ signal-apollo preview leads.ndjson   ${dim("what would be sent, and why not")}
  $ signal-apollo check                  ${dim("whether key and settings are right")}

  $ npx @datafly/apollo-sandbox          ${dim("in another terminal: a local Apollo")}
  $ export APOLLO_API_KEY=sandbox-key
  $ export APOLLO_BASE_URL=http://127.0.0.1:4010/api/v1
  $ signal-apollo deliver leads.ndjson

  In PowerShell, write $env:APOLLO_API_KEY = "sandbox-key" in place of export.
  For the real Apollo, set APOLLO_API_KEY to your key, and no APOLLO_BASE_URL.

${bold("Events")} are NDJSON: one event of Signal, as JSON, a line.

${bold("Environment:")}
  APOLLO_API_KEY          an Apollo key with the Create a Contact endpoint
                          enabled; no option has it: others could see it
  APOLLO_BASE_URL         where Apollo is, if not at its own address
  CONSENT_STORE_PASSWORD  the password of the consent store, if its URL has none
  HTTPS_PROXY, HTTP_PROXY the proxy for calls to Apollo: http://host:port
  NO_PROXY                hosts to call without it, separated by commas
  NODE_EXTRA_CA_CERTS     a file with the certificate of your own authority,
                          if the proxy decrypts TLS
  KAFKA_USERNAME, KAFKA_PASSWORD  who consume is in Kafka, with --sasl
  NO_COLOR, FORCE_COLOR   no colours; colours also where there is no terminal

${bold("Exit codes:")}
${Object.entries(EXIT_CODE_EXPLANATIONS)
  .map(([code, { meaning }]) => `  ${code.padStart(3)}  ${meaning}`)
  .join("\n")}

${bold("Where to go next:")}
  signal-apollo help deliver               all about one command
  signal-apollo explain missing_name       what a reason means, and what to do`;

/** What stands below the options of each command. */
export const COMMAND_HELP = {
  init: examples(
    ["signal-apollo init", "into the folder that you are in"],
    ["signal-apollo init trial", "into a folder of its own"],
  ),
  check: `${examples(
    ["signal-apollo check"],
    ["signal-apollo check --json | jq 'select(.result == \"failed\")'"],
    ["signal-apollo check --consent-store redis://localhost --brokers localhost:9092 --topic delivery-apollo"],
  )}

Whether the key may create contacts is not known without creating one: then the
first delivery stops with 403, and no lead is lost. Exit 0, or 3 if something is
wrong.`,
  preview: examples(
    ["signal-apollo preview leads.ndjson"],
    ["signal-apollo preview --default-country US leads.ndjson"],
    ["signal-apollo preview --json leads.ndjson | jq .contact"],
  ),
  deliver: `${examples(
    ["signal-apollo deliver leads.ndjson"],
    ["signal-apollo deliver --blueprint blueprint.jsonc leads.ndjson"],
    ["consumer | signal-apollo deliver --json -", "from a pipe"],
  )}

Run the same command again, and it goes on where it ended. What could not be
delivered is kept: see signal-apollo help dead-letters.`,
  consume: `${examples(
    ["signal-apollo consume --brokers localhost:9092 --topic delivery-apollo"],
    ["signal-apollo consume --consent-store redis://localhost --metrics-port 9464"],
  )}

It ends when it is stopped, not when something has to be put right: then it says
so, is not ready (/readyz), and tries a call now and then. Passwords stand in
the environment: KAFKA_USERNAME and KAFKA_PASSWORD.`,
  deadLetters: examples(
    ["signal-apollo dead-letters list leads.ndjson.dead-letters.ndjson"],
    ["signal-apollo dead-letters show leads.ndjson.dead-letters.ndjson 1"],
    ["signal-apollo dead-letters replay leads.ndjson.dead-letters.ndjson"],
    ["signal-apollo dead-letters forget dead-letters.ndjson ada@lead.example"],
    ["signal-apollo dead-letters show --topic delivery-apollo-dlq 0:17"],
    ["signal-apollo dead-letters replay --topic delivery-apollo-dlq"],
  ),
  explain: examples(
    ["signal-apollo explain", "lists all that can be explained"],
    ["signal-apollo explain missing_name", "a reason"],
    ["signal-apollo explain 403 3", "an HTTP status and an exit code"],
  ),
  completion: `
${bold("How to install it:")} put one line at the end of the file that your shell reads
when it starts, and open a new terminal.

  bash   ~/.bashrc                    eval "$(signal-apollo completion bash)"
  zsh    ~/.zshrc, below compinit     eval "$(signal-apollo completion zsh)"
  fish   ~/.config/fish/config.fish   signal-apollo completion fish | source`,
} as const;

function examples(...lines: readonly (readonly [command: string, what?: string])[]): string {
  const width = Math.max(...lines.map(([command, what]) => (what === undefined ? 0 : command.length)));
  const shown = lines.map(([command, what]) =>
    what === undefined ? `  $ ${command}` : `  $ ${command.padEnd(width)}   ${dim(what)}`,
  );
  return `\n${bold("Examples:")}\n${shown.join("\n")}`;
}
