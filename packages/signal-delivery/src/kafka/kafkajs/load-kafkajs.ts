import { UsageError } from "../../usage-error.js";

/** kafkajs, which only those who read from Kafka have to install. */
export type KafkaJs = typeof import("kafkajs");

/**
 * Loads kafkajs.
 *
 * @throws UsageError if it is not installed
 */
export async function loadKafkaJs(): Promise<KafkaJs> {
  // It warns of the partitioner of its first version, which is none of ours.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING ??= "1";
  try {
    const { default: kafkajs } = await import("kafkajs");
    return kafkajs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UsageError("Kafka needs the package kafkajs beside this one: npm install kafkajs@2.2.4");
  }
}
