import { createHash } from "node:crypto";

import type { KafkaMessage } from "./kafka-client.js";

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
  const { offset, timestamp, leaderEpoch, key, value } = message;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([String(offset), String(timestamp), leaderEpoch, key?.length, value?.length]));
  if (key !== null) hash.update(key);
  if (value !== null) hash.update(value);
  return {
    offset,
    fingerprint: hash.digest().subarray(0, FINGERPRINT_BYTES).toString("base64url"),
  };
}
