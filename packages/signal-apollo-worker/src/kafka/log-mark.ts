import { createHash } from "node:crypto";

import type { KafkaMessage } from "kafkajs";

/**
 * A message by which a log is recognized: as long as it is in its place, all before it is as it was, too. A topic that was
 * recreated has another message there, or none, and so has a log that has lost its end.
 */
export interface LogMark {
  readonly offset: number;
  /** Of the message: 64 bits of a hash, which tells nothing of what it says. */
  readonly fingerprint: string;
}

const FINGERPRINT_BYTES = 8;

/** The mark that a message is. */
export function markOf(message: KafkaMessage): LogMark {
  const { offset, timestamp, key, value } = message;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([offset, timestamp, leaderEpochOf(message), key?.length, value?.length]));
  if (key !== null) hash.update(key);
  if (value !== null) hash.update(value);
  return {
    offset: Number(offset),
    fingerprint: hash.digest().subarray(0, FINGERPRINT_BYTES).toString("base64url"),
  };
}

/**
 * Which leader of the partition has appended the message. Two logs of one topic that have the same offset from the same leader
 * are the same up to there: that is what Kafka's own replicas go by. kafkajs has it, and does not say so.
 */
function leaderEpochOf(message: KafkaMessage): number | undefined {
  const { batchContext } = message as { readonly batchContext?: { readonly partitionLeaderEpoch?: number } };
  return batchContext?.partitionLeaderEpoch;
}
