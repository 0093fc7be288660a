import { promisify } from "node:util";
import { gunzip } from "node:zlib";

import { InflateError } from "./inflated.js";
import { inflateLz4 } from "./lz4.js";
import { inflateSnappy } from "./snappy.js";
import { inflateZstd } from "./zstd.js";

/** How long a batch of messages may become, in bytes. A producer's batch is a megabyte, unless it is configured otherwise. */
export const MAX_INFLATED_BYTES = 100_000_000;

/** A way to compress a batch of messages. */
export interface Codec {
  /** The number in the batch. */
  readonly type: number;
  readonly name: string;
  readonly inflate: (bytes: Buffer, limit: number) => Buffer | Promise<Buffer>;
}

/** How Kafka's messages can be compressed. */
export const CODECS: readonly Codec[] = [
  { type: 1, name: "gzip", inflate: (bytes, limit) => promisify(gunzip)(bytes, { maxOutputLength: limit }) },
  { type: 2, name: "snappy", inflate: inflateSnappy },
  { type: 3, name: "lz4", inflate: inflateLz4 },
  { type: 4, name: "zstd", inflate: inflateZstd },
  // There are three bits for it.
  ...[5, 6, 7].map((type) => ({ type, name: `the unknown codec ${type}`, inflate: unknownCodec })),
];

function unknownCodec(): never {
  throw new InflateError("needs a later version of this program");
}

/** Says why a batch cannot be decompressed, and what to do about it. */
export function unreadableBatch(codec: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const isTooLong = code === "ERR_BUFFER_TOO_LARGE";
  const why = isTooLong
    ? `is longer than ${MAX_INFLATED_BYTES} bytes`
    : error instanceof InflateError
      ? message
      : `is damaged (${message})`;
  return `A batch of messages that is compressed with ${codec} cannot be read: it ${why}.`;
}
