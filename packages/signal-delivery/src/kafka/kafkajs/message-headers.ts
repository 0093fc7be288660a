import { createRequire } from "node:module";

import type { HeaderValue, MessageHeaders } from "../../stream/event-source.js";
import { DEAD_LETTER_HEADER_NAMES, DEAD_LETTER_HEADERS } from "../dead-letter-topic.js";

/** Of a message with more headers than this, only those of a dead letter are read. */
export const MAX_HEADERS = 10_000;

/** The part of kafkajs's decoder that reads headers, which end the bytes of a message. */
interface Decoder {
  readonly buffer: Buffer;
  offset: number;
  readVarInt(): number;
  readVarIntString(): string | null;
  readVarIntBytes(): Buffer | null;
  readVarIntArray(read: unknown): unknown[];
}

interface Header {
  readonly name: string;
  readonly value: HeaderValue;
}

const LENGTHS_OF_OURS = new Set([...DEAD_LETTER_HEADER_NAMES].map((name) => name.length));

/**
 * Makes kafkajs read the headers of messages in linear time. On its own, it copies all headers of a message for each of them: 4,000
 * headers, of 31 kB, block the process for seconds, and nothing outside the decoder sees the message before.
 *
 * kafkajs has no place for this; in another version than the one that is tested, everything stays as it is.
 */
export function readHeadersInLinearTime(): void {
  let prototype: Partial<Decoder>;
  try {
    const ofKafkaJs = createRequire(import.meta.url);
    ({ prototype } = ofKafkaJs("kafkajs/src/protocol/decoder.js") as { prototype: Partial<Decoder> });
  } catch {
    return;
  }
  if (prototype.readVarIntArray === undefined) return;
  prototype.readVarIntArray = function (this: Decoder) {
    const headers = readHeaders(this);
    // kafkajs reduces the array to an object, and uses it for nothing else.
    return Object.defineProperty([], "reduce", { value: () => headers });
  };
}

function readHeaders(decoder: Decoder): MessageHeaders {
  const count = decoder.readVarInt();
  const read = count > MAX_HEADERS ? readIfOurs : readHeader;
  const headers = new Map<string, HeaderValue[]>();
  for (let index = 0; index < count && decoder.offset < decoder.buffer.length; index += 1) {
    const header = read(decoder);
    if (header === undefined) continue;
    const values = headers.get(header.name);
    if (values === undefined) headers.set(header.name, [header.value]);
    else values.push(header.value);
  }
  if (count > MAX_HEADERS) headers.set(DEAD_LETTER_HEADERS.headersLeftOut, [`there were more than ${MAX_HEADERS}`]);
  return Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
  );
}

function readHeader(decoder: Decoder): Header {
  return { name: String(decoder.readVarIntString()), value: decoder.readVarIntBytes() };
}

/** Passes over a header without making anything of it, unless its name is one of a dead letter's. */
function readIfOurs(decoder: Decoder): Header | undefined {
  const at = decoder.offset;
  const length = decoder.readVarInt();
  if (LENGTHS_OF_OURS.has(length)) {
    decoder.offset = at;
    const header = readHeader(decoder);
    return DEAD_LETTER_HEADER_NAMES.has(header.name) ? header : undefined;
  }
  decoder.offset += Math.max(0, length);
  const valueLength = decoder.readVarInt();
  decoder.offset += Math.max(0, valueLength);
  return undefined;
}
