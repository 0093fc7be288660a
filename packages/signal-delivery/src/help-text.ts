import pc from "picocolors";

import { exitCodeExplanations } from "./exit-code.js";
import type { CommandIo } from "./io.js";

// Always in colour: Commander takes colours away where there are to be none.
const { bold, dim } = pc.createColors(true);

/** How wide help is. */
const COLUMNS = 80;

/** Returns what is below the list of commands. */
export function programHelp(io: CommandIo): string {
  const { program, definition } = io;
  const { name } = definition.vendor;
  return `
${bold("Begin here:")}
${shell([
  [`${program.name} init`, "writes blueprint.jsonc and leads.ndjson"],
  [`${program.name} preview leads.ndjson`, "what would be sent, and why not"],
  [`${program.name} check`, "whether key and settings are right"],
])}

${firstDelivery(io, `${program.name} preview leads.ndjson`.length)}

${bold("Events")} are NDJSON: one event of Signal, as JSON, a line.

${bold("Environment:")}
${[...settingVariables(io), ...VARIABLES].map(([variable, meaning]) => entry(variable, meaning.replace("{vendor}", name))).join("\n")}

${bold("Exit codes:")}
${Object.entries(exitCodeExplanations(program))
  .map(([code, { meaning }]) => `  ${code.padStart(3)}  ${meaning}`)
  .join("\n")}

${bold("Where to go next:")}
  ${`${program.name} help deliver`.padEnd(WHERE_TO)} all about one command
  ${`${program.name} explain missing_name`.padEnd(WHERE_TO)} what a reason means, and what to do`;
}

/** How wide the commands are at the end of the help. */
const WHERE_TO = 40;

/** How to deliver for the first time: to the server for trials, if the vendor has one. */
function firstDelivery({ program, definition, settings }: CommandIo, width: number): string {
  const { trial } = definition.words ?? {};
  const deliver: readonly [string] = [`${program.name} deliver leads.ndjson`];
  if (trial === undefined) {
    const secrets = settings.filter(({ secret }) => secret).map(({ env }): [string] => [`export ${env}=…`]);
    return shell([...secrets, deliver]);
  }
  const variables = Object.entries(trial.env);
  const [first] = variables.map(([variable, value]) => `$env:${variable} = "${value}"`);
  return `${shell([[trial.command.padEnd(width), `in another terminal: ${trial.title}`], ...exports(variables), deliver])}

  In PowerShell, write ${first} in place of export.
  ${forTheReal({ definition, settings })}`;
}

function exports(variables: readonly (readonly [string, string])[]): [string][] {
  return variables.map(([variable, value]) => [`export ${variable}=${value}`]);
}

/** How to deliver to the vendor after a trial. */
export function forTheReal({ definition, settings }: Pick<CommandIo, "definition" | "settings">): string {
  const variables = Object.keys(definition.words?.trial?.env ?? {});
  const yours = settings.filter(({ env, required }) => required && env !== undefined && variables.includes(env));
  const others = variables.filter((variable) => !yours.some(({ env }) => env === variable));
  const set = yours.map(({ env, title }) => `set ${env} to your ${title.split(" ").at(-1)?.toLowerCase()}`);
  const none = others.map((variable) => `no ${variable}`);
  return `For the real ${definition.vendor.name}, ${[set.join(" and "), ...none].join(", and ")}.`;
}

/** The variables of the connector's settings. */
function settingVariables({ settings, definition }: CommandIo): [string, string][] {
  return settings.flatMap(({ name, env, secret, help, description }): [string, string][] => {
    if (env === undefined) return [];
    const isAddress = definition.address?.setting === name;
    const more = secret ? "; no option has it: others could see it" : isAddress ? ", if not at its own address" : "";
    return [[env, `${(help ?? description).replace(/\.$/, "")}${more}`]];
  });
}

/** The variables that every program reads. `{vendor}` stands for the vendor's name. */
const VARIABLES: readonly (readonly [variable: string, meaning: string])[] = [
  ["CONSENT_STORE_PASSWORD", "the password of the consent store, if its URL has none"],
  ["HTTPS_PROXY, HTTP_PROXY", "the proxy for calls to {vendor}: http://host:port"],
  ["NO_PROXY", "hosts to call without it, separated by commas"],
  ["NODE_EXTRA_CA_CERTS", "a file with the certificate of your own authority,\nif the proxy decrypts TLS"],
  ["KAFKA_USERNAME, KAFKA_PASSWORD", "who consume is in Kafka, with --sasl"],
  ["NO_COLOR, FORCE_COLOR", "no colours; colours also where there is no terminal"],
];

const VARIABLE_WIDTH = 24;

/** A variable and its meaning, wrapped to the width of the help. */
function entry(variable: string, meaning: string): string {
  const lines: string[] = [];
  for (const paragraph of meaning.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && VARIABLE_WIDTH + 2 + line.length + 1 + word.length > COLUMNS) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  const [first = "", ...rest] = lines;
  return [
    `  ${variable.padEnd(VARIABLE_WIDTH - 1)} ${variable.length < VARIABLE_WIDTH ? "" : " "}${first}`,
    ...rest.map((line) => `${" ".repeat(VARIABLE_WIDTH + 2)}${line}`),
  ].join("\n");
}

/** Returns what is below the options of each command. */
export function commandHelp({ program: { name }, definition: { vendor }, settings }: CommandIo) {
  const topic = `delivery-${vendor.connector}`;
  const planning = settings.flatMap(({ usedFor, flag, placeholder }) =>
    usedFor === "planning" && flag !== undefined && placeholder !== undefined
      ? [[`${name} preview ${flag.split(" ", 1)[0]} ${placeholder} leads.ndjson`] as const]
      : [],
  );
  return {
    init: examples(
      [`${name} init`, "into the folder that you are in"],
      [`${name} init trial`, "into a folder of its own"],
    ),
    check: `${examples(
      [`${name} check`],
      [`${name} check --json | jq 'select(.result == "failed")'`],
      [`${name} check --consent-store redis://localhost --brokers localhost:9092 --topic ${topic}`],
    )}

Whether the key may create ${vendor.record}s is not known without creating one: then the
first delivery stops with 403, and no lead is lost. Exit 0, or 3 if something is
wrong.`,
    preview: examples([`${name} preview leads.ndjson`], ...planning, [
      `${name} preview --json leads.ndjson | jq .${vendor.record}`,
    ]),
    deliver: `${examples(
      [`${name} deliver leads.ndjson`],
      [`${name} deliver --blueprint blueprint.jsonc leads.ndjson`],
      [`consumer | ${name} deliver --json -`, "from a pipe"],
    )}

Run the same command again, and it goes on where it ended. What could not be
delivered is kept: see ${name} help dead-letters.`,
    consume: `${examples(
      [`${name} consume --brokers localhost:9092 --topic ${topic}`],
      [`${name} consume --consent-store redis://localhost --metrics-port 9464`],
    )}

It ends when it is stopped, not when something has to be put right: then it says
so, is not ready (/readyz), and tries a call now and then. Passwords stand in
the environment: KAFKA_USERNAME and KAFKA_PASSWORD.`,
    deadLetters: examples(
      [`${name} dead-letters list leads.ndjson.dead-letters.ndjson`],
      [`${name} dead-letters show leads.ndjson.dead-letters.ndjson 1`],
      [`${name} dead-letters replay leads.ndjson.dead-letters.ndjson`],
      [`${name} dead-letters forget dead-letters.ndjson ada@lead.example`],
      [`${name} dead-letters show --topic ${topic}-dlq 0:17`],
      [`${name} dead-letters replay --topic ${topic}-dlq`],
    ),
    schema: examples(
      [`${name} schema blueprint > blueprint.schema.json`, 'and "$schema" in the blueprint names it'],
      [`${name} schema settings`],
    ),
    manifest: examples([`${name} manifest`], [`${name} manifest | jq '.fields[].label'`]),
    explain: examples(
      [`${name} explain`, "lists all that can be explained"],
      [`${name} explain ${Object.keys(vendor.rejections)[0]}`, "a reason"],
      [`${name} explain 403 3`, "an HTTP status and an exit code"],
    ),
    completion: `
${bold("How to install it:")} put one line at the end of the file that your shell reads
when it starts, and open a new terminal.

  bash   ~/.bashrc                    eval "$(${name} completion bash)"
  zsh    ~/.zshrc, below compinit     eval "$(${name} completion zsh)"
  fish   ~/.config/fish/config.fish   ${name} completion fish | source`,
  } as const;
}

function examples(...lines: readonly (readonly [command: string, what?: string])[]): string {
  return `\n${bold("Examples:")}\n${shell(lines)}`;
}

/** Commands, with what they do beside them. */
function shell(lines: readonly (readonly [command: string, what?: string])[]): string {
  const width = Math.max(...lines.map(([command, what]) => (what === undefined ? 0 : command.length)));
  return lines
    .map(([command, what]) => (what === undefined ? `  $ ${command}` : `  $ ${command.padEnd(width)}   ${dim(what)}`))
    .join("\n");
}
