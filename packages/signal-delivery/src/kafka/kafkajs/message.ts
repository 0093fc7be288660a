import type { KafkaMessage as KafkaJsMessage } from "kafkajs";

import type { HeaderValue, MessageHeaders } from "../../stream/event-source.js";
import type { KafkaMessage } from "../kafka-client.js";

/** A message as kafkajs reads it. It has the leader's epoch, and does not say so. */
type ReadMessage = KafkaJsMessage & { readonly batchContext?: { readonly partitionLeaderEpoch?: number } };

/** The message that kafkajs has read. */
export function messageOf(message: ReadMessage): KafkaMessage {
  const { offset, timestamp, key, value, batchContext } = message;
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key,
    value,
    headers: headersOf(message),
    leaderEpoch: batchContext?.partitionLeaderEpoch,
  };
}

/** The headers of a message, without what kafkajs finds in every object: to a header named `constructor` it adds a function. */
function headersOf({ headers = {} }: ReadMessage): MessageHeaders {
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
