import { setTimeout } from "node:timers/promises";

import { CODECS, MAX_INFLATED_BYTES, unreadableBatch } from "../compression/codecs.js";
import type { KafkaJs } from "./load-kafkajs.js";

/** How long what cannot be read keeps the next fetch waiting, so that it is not tried all the time. */
const HOLD_MS = 250;

/**
 * A batch of messages cannot be read. The name makes kafkajs take it for one that has not come whole: its partition waits there,
 * and those that came in the same answer go on. With any other name all of them would stop.
 */
class UnreadableBatchError extends Error {
  override readonly name = "KafkaJSPartialMessageError";
}

/**
 * Teaches kafkajs to read messages that are compressed, of which it knows gzip alone.
 *
 * @param onUnreadable is told, in words, of each batch that cannot be read, and what to do about it
 */
export function addCodecs(
  { CompressionCodecs }: Pick<KafkaJs, "CompressionCodecs">,
  onUnreadable: (problem: string) => void,
): void {
  const codecs: Record<number, unknown> = CompressionCodecs;
  for (const { type, name, inflate } of CODECS) {
    const codec = {
      compress: () => Promise.reject(new Error(`Nothing is written with ${name}`)),
      decompress: async (bytes: Buffer) => {
        try {
          return await inflate(bytes, MAX_INFLATED_BYTES);
        } catch (error) {
          onUnreadable(unreadableBatch(name, error));
          await setTimeout(HOLD_MS);
          throw new UnreadableBatchError();
        }
      },
    };
    codecs[type] = () => codec;
  }
}
