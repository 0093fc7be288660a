import { readFile } from "node:fs/promises";

import type { Io } from "../io.js";
import { fileErrorReason, UsageError } from "../usage-error.js";

/** The options of the command line that say where Kafka is, and who we are there. */
export interface KafkaFlags {
  /** `host:port`, separated by commas. */
  readonly brokers?: string | undefined;
  readonly tls?: boolean | undefined;
  /** Paths of PEM files. */
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly sasl?: SaslMechanism | undefined;
}

/** How a user and a password are shown to Kafka. */
export const SASL_MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;
/** One of the ways to show a user and a password to Kafka. */
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** Where Kafka is, how a connection is secured, and who we are there. */
export interface KafkaSettings {
  /** Each as `host:port`. */
  readonly brokers: string[];
  /** TLS: with what Node.js trusts, or with these PEM texts. */
  readonly ssl?: boolean | { readonly ca?: string[]; readonly cert?: string; readonly key?: string };
  readonly sasl?: { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string };
}

const BROKER = /^(?:\[[\da-f:]+\]|[^\s:,/@]+):\d{1,5}$/i;

/**
 * Reads where Kafka is and how to connect to it.
 *
 * @throws UsageError if something is missing or wrong. It repeats no password
 */
export async function readKafkaSettings(flags: KafkaFlags, env: Io["env"]): Promise<KafkaSettings> {
  const brokers = (flags.brokers ?? "").split(",").map((broker) => broker.trim());
  if (brokers.every((broker) => broker === "")) {
    throw new UsageError("Where is Kafka? Give --brokers (or KAFKA_BROKERS), such as kafka-1:9092,kafka-2:9092.");
  }
  if (!brokers.every((broker) => BROKER.test(broker))) {
    throw new UsageError("Write --brokers (or KAFKA_BROKERS) as host:port, separated by commas, without a scheme.");
  }
  return { brokers, ...(await tlsOf(flags)), ...saslOf(flags, env) };
}

async function tlsOf({ tls, tlsCa, tlsCert, tlsKey }: KafkaFlags): Promise<Pick<KafkaSettings, "ssl">> {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new UsageError("--tls-cert and --tls-key belong together: give both, or none.");
  }
  if (tlsCa === undefined && tlsCert === undefined) return tls === true ? { ssl: true } : {};
  const [ca, cert, key] = await Promise.all([tlsCa, tlsCert, tlsKey].map(readPem));
  return {
    ssl: { ...(ca !== undefined && { ca: [ca] }), ...(cert !== undefined && key !== undefined && { cert, key }) },
  };
}

async function readPem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read ${path}: ${fileErrorReason(error)}.`);
  }
  if (text.includes("-----BEGIN ")) return text;
  throw new UsageError(`${path} is no PEM file: there is no line that says BEGIN.`);
}

function saslOf({ sasl: mechanism }: KafkaFlags, env: Io["env"]): Pick<KafkaSettings, "sasl"> {
  const { KAFKA_USERNAME: username = "", KAFKA_PASSWORD: password = "" } = env;
  if (mechanism === undefined) {
    if (username === "") return {};
    throw new UsageError(
      `KAFKA_USERNAME is set: say how it is shown to Kafka, with --sasl ${SASL_MECHANISMS.join("|")}.`,
    );
  }
  if (username === "" || password === "") {
    throw new UsageError("--sasl needs KAFKA_USERNAME and KAFKA_PASSWORD in the environment.");
  }
  return { sasl: { mechanism, username, password } };
}
