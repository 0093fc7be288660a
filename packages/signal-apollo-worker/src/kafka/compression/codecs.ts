import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import type { KafkaJs } from "../load-kafkajs.js";
import { InflateError } from "./inflated.js";
import { inflateLz4 } from "./lz4.js";
import { inflateSnappy } from "./snappy.js";
import { inflateZstd } from "./zstd.js";

/** How long a batch of messages may become, in bytes. A producer's batch is a megabyte, unless it is configured otherwise. */
export const MAX_INFLATED_BYTES = 100_000_000;

/** How long what cannot be read keeps the next fetch waiting, so that it is not tried all the time. */
const HOLD_MS = 250;

/** How Kafka's messages can be compressed, by the number in their batch. */
const CODECS: readonly { readonly type: number; readonly name: string; readonly inflate: Inflate }[] = [
  { type: 1, name: "gzip", inflate: (bytes, limit) => promisify(gunzip)(bytes, { maxOutputLength: limit }) },
  { type: 2, name: "snappy", inflate: inflateSnappy },
  { type: 3, name: "lz4", inflate: inflateLz4 },
  { type: 4, name: "zstd", inflate: inflateZstd },
  // There are three bits for it.
  ...[5, 6, 7].map((type) => ({ type, name: `the unknown codec ${type}`, inflate: unknownCodec })),
];

type Inflate = (bytes: Buffer, limit: number) => Buffer | Promise<Buffer>;

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
          onUnreadable(problemOf(name, error));
          await setTimeout(HOLD_MS);
          throw new UnreadableBatchError();
        }
      },
    };
    codecs[type] = () => codec;
  }
}

function problemOf(name: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const isTooLong = code === "ERR_BUFFER_TOO_LARGE";
  const why = isTooLong
    ? `is longer than ${MAX_INFLATED_BYTES} bytes`
    : error instanceof InflateError
      ? message
      : `is damaged (${message})`;
  return `A batch of messages that is compressed with ${name} cannot be read: it ${why}.`;
}

function unknownCodec(): never {
  throw new InflateError("needs a later version of signal-apollo");
}
