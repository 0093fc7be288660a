import type { KafkaConfig } from "kafkajs";

import type { Program } from "../../program.js";
import { UsageError } from "../../usage-error.js";
import type { KafkaClient } from "../kafka-client.js";
import type { KafkaSettings } from "../kafka-settings.js";
import { addCodecs } from "./codecs.js";
import { KafkaJsClient } from "./kafkajs-client.js";
import { loadKafkaJs } from "./load-kafkajs.js";
import { readHeadersInLinearTime } from "./message-headers.js";

/** How many times a connection is tried at the start. */
const START_RETRIES = 5;
const RETRY = { initialRetryTime: 300, maxRetryTime: 5_000, retries: START_RETRIES };

/**
 * Connects to Kafka.
 *
 * @param program by whose name Kafka knows us
 * @param onError is told, in words, of what goes wrong later. Holds no event
 * @throws UsageError if it cannot be reached, or does not let us in
 */
export async function connectKafka(
  settings: KafkaSettings,
  program: Pick<Program, "name">,
  onError: (message: string) => void,
): Promise<KafkaClient> {
  const kafkaJs = await loadKafkaJs();
  let connected = false;
  let last = "";
  const kafka = new kafkaJs.Kafka({
    // It has a type for each mechanism.
    ...(settings as KafkaSettings & Pick<KafkaConfig, "sasl">),
    clientId: program.name,
    retry: RETRY,
    logLevel: kafkaJs.logLevel.ERROR,
    logCreator: () => (entry) => {
      const { message, error } = entry.log as { readonly message: string; readonly error?: unknown };
      const text = typeof error === "string" ? `${message}: ${error}` : message;
      // At the start it is said once, at the end; later, what is repeated is not worth a second word.
      if (connected && text !== last) onError(`Kafka: ${text}`);
      last = text;
    },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw new UsageError(
      `Kafka cannot be reached at ${settings.brokers.join(", ")}: ${(error as Error).message}. Look at --brokers, --tls and --sasl.`,
    );
  }
  connected = true;
  const client = new KafkaJsClient(kafkaJs, kafka, admin);
  readHeadersInLinearTime();
  addCodecs(kafkaJs, (problem) => {
    client.sawUnreadable(problem);
  });
  return client;
}
