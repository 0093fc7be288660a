import type { SourceRecord } from "../stream/event-source.js";
import { lineOf, parseEvent } from "../source/parse-event.js";
import { resumeOfMessage } from "./dead-letter-message.js";
import type { KafkaMessage } from "./kafka-client.js";

/** A message longer than this is no event. */
const MAX_BYTES = 10 * 1024 * 1024;
/** How much of a message that cannot be read is kept, where it is kept in a file. */
const KEPT_BYTES = 64 * 1024;

/** A message of a partition as a record of the stream. Whatever it holds, it becomes one: nothing may block a partition. */
export function recordOfMessage(topic: string, partition: number, message: KafkaMessage): SourceRecord {
  const { offset: position, key, value, headers } = message;
  const place = { position, endOffset: position + 1, origin: { topic, partition, key, value, headers } };
  const unreadable = (problem: string): SourceRecord => ({
    kind: "unreadable",
    ...place,
    ...lineOf((value ?? Buffer.alloc(0)).subarray(0, KEPT_BYTES)),
    message: `The message ${problem}`,
  });
  if (value === null) return unreadable("has no value");
  if (value.length > MAX_BYTES) return unreadable("is longer than 10 MiB");
  const parsed = parseEvent(value);
  if (parsed === undefined) return unreadable("is empty");
  if ("problem" in parsed) return unreadable(parsed.problem);
  const resume = resumeOfMessage(message);
  return { kind: "event", ...place, ...parsed, ...(resume !== undefined && { resume }) };
}
