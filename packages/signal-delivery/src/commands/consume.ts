import type { ExitCode } from "../exit-code.js";
import type { CommandIo } from "../io.js";
import { UsageError } from "../usage-error.js";
import { runGroup, type GroupFlags } from "./run-group.js";

/** The options of `consume`. */
export interface ConsumeFlags extends GroupFlags {
  readonly topic?: string | undefined;
  readonly deadLetterTopic?: string | undefined;
  /** A file in place of the topic. */
  readonly deadLetters?: string | undefined;
  /** In seconds. */
  readonly probeInterval: number;
}

/** Delivers the events of a Kafka topic, as a member of a consumer group, until it is stopped. */
export async function consume(flags: ConsumeFlags, io: CommandIo): Promise<ExitCode> {
  const { topic = "", group: groupId, deadLetters: file, deadLetterTopic = `${topic}-dlq` } = flags;
  if (topic === "")
    throw new UsageError(
      `Which topic? Give --topic (or KAFKA_TOPIC), such as delivery-${io.definition.vendor.connector}.`,
    );
  if (file === undefined && deadLetterTopic === topic) {
    throw new UsageError("The dead letters would go into the topic that is read. Choose another --dead-letter-topic.");
  }
  return runGroup(flags, io, {
    topic,
    groupId,
    deadLetters: file === undefined ? { topic: deadLetterTopic } : { file },
    probeMs: flags.probeInterval * 1000,
  });
}
