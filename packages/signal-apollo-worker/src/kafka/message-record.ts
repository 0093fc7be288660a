import type { KafkaMessage } from "kafkajs";

import type { HeaderValue, MessageHeaders, SourceRecord } from "../stream/event-source.js";
import { lineOf, parseEvent } from "../source/parse-event.js";

/** A message longer than this is no event. */
const MAX_BYTES = 10 * 1024 * 1024;
/** How much of a message that cannot be read is kept, where it is kept in a file. */
const KEPT_BYTES = 64 * 1024;

/** A message of a partition as a record of the stream. Whatever it holds, it becomes one: nothing may block a partition. */
export function recordOfMessage(topic: string, partition: number, message: KafkaMessage): SourceRecord {
  const position = Number(message.offset);
  const { key, value } = message;
  const headers = headersOf(message);
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
  return "problem" in parsed ? unreadable(parsed.problem) : { kind: "event", ...place, ...parsed };
}

/**
 * The headers of a message, without what kafkajs finds in every object: to a header named `constructor` it adds a function.
 */
function headersOf({ headers = {} }: KafkaMessage): MessageHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, given]): [string, HeaderValue | HeaderValue[]] => {
      const values = (Array.isArray(given) ? given : [given]).filter((value) => isHeaderValue(value));
      return [name, values.length === 1 ? (values[0] ?? null) : values];
    }),
  );
}

function isHeaderValue(value: unknown): value is HeaderValue {
  return value === null || typeof value === "string" || Buffer.isBuffer(value);
}
