import type { SettingField } from "@datafly/signal-connector-kit";
import { InvalidArgumentError, Option, type Command } from "commander";

import { EnvironmentOption } from "./environment-option.js";
import type { CommandIo } from "./io.js";
import { SASL_MECHANISMS } from "./kafka/kafka-settings.js";

/** How long a run waits while the vendor is away, unless set otherwise, in seconds. */
export const OUTAGE_TIMEOUT_S = 4 * 3600;

/** An option, or several, as `--help` lists them under one heading. */
export interface OptionGroup {
  /** Default: commander's own heading. */
  readonly heading?: string;
  readonly options: readonly OptionRow[];
}

/** An option of a command. */
export interface OptionRow {
  /** As commander takes them: `--brokers <list>`. */
  readonly flags: string;
  readonly meaning: string;
  /** The variable that can hold it, too, for containers. */
  readonly env?: string | undefined;
  readonly default?: unknown;
  readonly choices?: readonly string[] | undefined;
  /** @throws InvalidArgumentError if the text is wrong */
  readonly parse?: (text: string) => unknown;
}

/** Adds options to a command, in this order. */
export function withOptions(command: Command, groups: readonly OptionGroup[]): Command {
  for (const { heading, options } of groups) {
    if (heading !== undefined) command.optionsGroup(heading);
    for (const row of options) command.addOption(optionOf(row));
  }
  return command;
}

function optionOf({ flags, meaning, env, default: value, choices, parse }: OptionRow): Option {
  const option = env === undefined ? new Option(flags, meaning) : new EnvironmentOption(flags, meaning, env);
  if (choices !== undefined) option.choices(choices);
  if (parse !== undefined) option.argParser(parse);
  if (value !== undefined) option.default(value);
  return option;
}

const JSON_LINES: OptionRow = { flags: "--json", meaning: "one JSON object a line on standard output" };

const KAFKA = "Kafka:";
const PROGRESS = "Progress and what is kept:";
const SENDING = "Sending:";

/** Makes the tables of options, of which each command takes those that it needs; the connector's own settings are among them. */
export function optionTables({ definition, settings, program }: CommandIo) {
  const { name } = definition.vendor;
  const { probeScope } = definition.words ?? {};
  const ofConnector = (usedFor: SettingField["usedFor"]) =>
    settings.filter((field) => field.usedFor === usedFor).flatMap(rowOfSetting);
  const blueprint: OptionRow = {
    flags: "--blueprint <file>",
    meaning: "a mapping of your own in place of Signal's: JSON, with comments or without",
  };
  const group: OptionRow = {
    flags: "--group <group>",
    meaning: "the consumer group",
    env: "KAFKA_GROUP",
    default: program.name,
  };
  return {
    /** How events become records. */
    mapping: [{ heading: "Mapping:", options: [blueprint] }],
    planning: [{ options: [JSON_LINES] }, { heading: "Mapping:", options: [blueprint, ...ofConnector("planning")] }],
    connecting: [{ heading: SENDING, options: ofConnector("sending") }],
    scopeProbe: [
      {
        heading: SENDING,
        options: probeScope === undefined ? [] : [{ flags: "--probe-scope", meaning: probeScope }],
      },
    ],
    delivering: [
      {
        heading: SENDING,
        options: [
          {
            flags: "--concurrency <number>",
            meaning: "how many calls may be in the air at once, for different people",
            parse: wholeNumber(1, 256),
            default: 4,
          },
          {
            flags: "--max-attempts <number>",
            meaning: "how often an event is sent before it is given up",
            parse: wholeNumber(1, 100),
            default: 5,
          },
          {
            flags: "--backoff <ms>",
            meaning: "the longest wait before the second attempt; doubles from there",
            parse: wholeNumber(0, 60_000),
            default: 500,
          },
          {
            flags: "--drain-timeout <seconds>",
            meaning: "how long what is in the air may take after Ctrl-C",
            parse: wholeNumber(0, 3600),
            default: 30,
          },
        ],
      },
    ],
    consent: [
      {
        heading: "Consent at delivery:",
        options: [
          {
            flags: "--consent-store <url>",
            meaning: "where the current consent is asked for before each call: redis://… or a file",
            env: "CONSENT_STORE",
          },
          {
            flags: "--consent-key <template>",
            meaning: "the key of a person in it (default: consent:{anonymousId})",
          },
          {
            flags: "--consent-path <path>",
            meaning: "where the flag stands under that key (default: canonical.{purpose})",
          },
        ],
      },
    ],
    watching: [
      {
        heading: "Watching:",
        options: [
          {
            flags: "--audit <file>",
            meaning: "record why each event was, or was not, delivered; without personal data",
          },
          {
            flags: "--metrics-port <port>",
            meaning: "serve /metrics, /healthz and /readyz",
            env: "METRICS_PORT",
            parse: wholeNumber(0, 65_535),
          },
          {
            flags: "--metrics-host <address>",
            meaning: "where to serve them (default: 127.0.0.1)",
            env: "METRICS_HOST",
          },
          { flags: "--log-json", meaning: "a log in JSON on standard error, in place of sentences" },
        ],
      },
    ],
    /** For runs that end; a worker waits as long as it takes. */
    outage: [
      {
        heading: SENDING,
        options: [
          {
            flags: "--outage-timeout <seconds>",
            meaning: `how long to wait while ${name} is away, then stop; 0 for no limit`,
            parse: wholeNumber(0, 2_000_000),
            default: OUTAGE_TIMEOUT_S,
          },
        ],
      },
    ],
    probing: [
      {
        heading: SENDING,
        options: [
          {
            flags: "--probe-interval <seconds>",
            meaning: "how often a call is tried while the key or the plan is wrong",
            env: "PROBE_INTERVAL",
            parse: wholeNumber(1, 86_400),
            default: 30,
          },
        ],
      },
    ],
    restart: [
      { heading: PROGRESS, options: [{ flags: "--restart", meaning: "begin anew, whatever the journal says" }] },
    ],
    files: [
      {
        heading: PROGRESS,
        options: [
          {
            flags: "--dead-letters <file>",
            meaning: "where to keep what cannot be delivered (default: <file>.dead-letters.ndjson)",
          },
          { flags: "--journal <file>", meaning: "where to keep how far things are (default: <file>.journal)" },
          {
            flags: "--no-journal",
            meaning: "keep no journal: a run that ends early has to be begun anew by hand",
          },
          {
            flags: "--spool <file>",
            meaning: "write standard input to this file first, so that a later run can go on in it",
          },
        ],
      },
    ],
    kafka: [
      {
        heading: KAFKA,
        options: [
          {
            flags: "--brokers <list>",
            meaning: "where Kafka is: host:port, separated by commas",
            env: "KAFKA_BROKERS",
          },
          { flags: "--tls", meaning: "connect with TLS", env: "KAFKA_TLS" },
          {
            flags: "--tls-ca <file>",
            meaning: "the certificate of your own authority, PEM; implies --tls",
            env: "KAFKA_TLS_CA",
          },
          { flags: "--tls-cert <file>", meaning: "the client's certificate, PEM", env: "KAFKA_TLS_CERT" },
          { flags: "--tls-key <file>", meaning: "the key of that certificate, PEM", env: "KAFKA_TLS_KEY" },
          {
            flags: "--sasl <mechanism>",
            meaning: "show KAFKA_USERNAME and KAFKA_PASSWORD in this way",
            env: "KAFKA_SASL",
            choices: SASL_MECHANISMS,
          },
        ],
      },
    ],
    session: [
      {
        heading: KAFKA,
        options: [
          {
            flags: "--session-timeout <seconds>",
            meaning: "after how long without a sign of life others take over",
            env: "KAFKA_SESSION_TIMEOUT",
            parse: wholeNumber(6, 1800),
            default: 30,
          },
        ],
      },
    ],
    topics: [
      {
        heading: KAFKA,
        options: [
          { flags: "--topic <topic>", meaning: "the topic of the events", env: "KAFKA_TOPIC" },
          {
            flags: "--dead-letter-topic <topic>",
            meaning: "the topic of what cannot be delivered (default: <topic>-dlq)",
            env: "KAFKA_DEAD_LETTER_TOPIC",
          },
        ],
      },
    ],
    consuming: [
      {
        heading: KAFKA,
        options: [
          { flags: "--topic <topic>", meaning: "the topic of the events", env: "KAFKA_TOPIC" },
          group,
          {
            flags: "--dead-letter-topic <topic>",
            meaning: "where to keep what cannot be delivered (default: <topic>-dlq)",
            env: "KAFKA_DEAD_LETTER_TOPIC",
          },
          { flags: "--dead-letters <file>", meaning: "keep it in a file in place of a topic" },
        ],
      },
    ],
    /** Dead letters stand in a file or in a topic. */
    letterTopic: [
      {
        heading: KAFKA,
        options: [
          {
            flags: "--topic <topic>",
            meaning: "a topic of dead letters, in place of a file",
            env: "KAFKA_DEAD_LETTER_TOPIC",
          },
          { ...group, meaning: "the consumer group that left them there" },
        ],
      },
    ],
    json: [{ options: [{ flags: "--json", meaning: "one JSON object a line" }] }],
    strict: [{ options: [{ flags: "--strict", meaning: "exit with 1 if an event is rejected" }] }],
  };
}

/** The option of a setting; none for what only the environment holds. */
/** The option of a setting, if it has one. */
export function rowOfSetting({
  flag,
  help,
  description,
  env,
  choices,
  type,
  default: value,
}: SettingField): OptionRow[] {
  if (flag === undefined) return [];
  return [{ flags: flag, meaning: help ?? description, env, choices, ...(type !== "boolean" && { default: value }) }];
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (text.trim() !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
