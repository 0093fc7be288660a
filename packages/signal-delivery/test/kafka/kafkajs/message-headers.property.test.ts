import { createRequire } from "node:module";

import { fc, test } from "@fast-check/vitest";
import type { IHeaders, KafkaMessage, Message } from "kafkajs";
import { expect } from "vitest";

import { DeadLetterTopic } from "../../../src/kafka/dead-letter-topic.js";
import { letterOfMessage } from "../../../src/kafka/dead-letter-message.js";
import { recordOfMessage } from "../../../src/kafka/message-record.js";
import type { DeadLetter } from "../../../src/stream/dead-letter.js";
import { messageOf } from "../../../src/kafka/kafkajs/message.js";
import { varint } from "./varint.js";

/** What kafkajs makes of bytes, and of what is to become bytes. */
const ofKafkaJs = createRequire(import.meta.url);
const Decoder = ofKafkaJs("kafkajs/src/protocol/decoder.js") as new (bytes: Buffer) => object;
const decodeRecord = ofKafkaJs("kafkajs/src/protocol/recordBatch/record/v0/decoder.js") as (
  decoder: object,
  context: object,
) => KafkaMessage;
const encodeRecord = ofKafkaJs("kafkajs/src/protocol/recordBatch/record/v0/index.js") as (message: Message) => {
  readonly buffer: Buffer;
};

/** One header after another, as they are in a message. */
type Headers = readonly (readonly [name: string, value: Buffer | null])[];

const sized = (bytes: Buffer | null) => (bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]));

/** A message with such headers, as kafkajs reads it. */
function messageWith(headers: Headers, value: Buffer | null): KafkaMessage {
  const pairs = headers.flatMap(([name, content]) => [sized(Buffer.from(name)), sized(content)]);
  const head = [Buffer.of(0), varint(0), varint(7), sized(null), sized(value)];
  const bytes = Buffer.concat([...head, varint(headers.length), ...pairs]);
  return decodeRecord(new Decoder(bytes), { firstOffset: "0", firstTimestamp: "0" });
}

/** What kafkajs writes, read again. */
function writtenAndRead(message: Message): KafkaMessage {
  const { buffer } = encodeRecord(message);
  const sizeBytes = buffer.findIndex((byte) => byte < 128) + 1;
  return decodeRecord(new Decoder(buffer.subarray(sizeBytes)), { firstOffset: "0", firstTimestamp: "0" });
}

const names = fc.oneof(
  fc.constantFrom(
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
    "valueOf",
    "",
    "signal-delivery-reason",
    "trace",
  ),
  fc.string({ unit: "binary" }).filter((name) => Buffer.from(name).toString() === name),
);
const values = fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));
const letter: DeadLetter = {
  position: 7,
  messageId: null,
  status: "failed",
  reason: "server_error",
  class: "transient",
  message: "Apollo answered 503",
  warnings: [],
  maybeDelivered: false,
  attempts: 5,
  firstAt: "2026-01-01T00:00:00.000Z",
  lastAt: "2026-01-01T00:01:00.000Z",
};

const isOurs = (name: string) => name.startsWith("signal-delivery-");

/** Headers by name, those without a value empty. */
function byName(headers: Headers): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (!isOurs(name)) found.set(name, [...(found.get(name) ?? []), (value ?? Buffer.alloc(0)).toString("hex")]);
  }
  return found;
}

/** What is read again, without what kafkajs adds of its own. */
function read(headers: IHeaders): Map<string, string[]> {
  const own = Object.entries(headers).filter(([name]) => !isOurs(name));
  return new Map(
    own.map(([name, given]) => {
      const list = (Array.isArray(given) ? given : [given]).filter((value) => Buffer.isBuffer(value));
      return [name, list.map((value) => value.toString("hex"))];
    }),
  );
}

test.prop([fc.array(fc.tuple(names, values), { maxLength: 12 })])(
  "whatever the headers of a message are, it becomes a letter at once, with all of them",
  async (headers) => {
    const sent: Message[] = [];
    const topic = new DeadLetterTopic("delivery-apollo-dlq", {
      send: (_, message) => {
        // As the producer would.
        encodeRecord(message);
        sent.push(message);
        return Promise.resolve();
      },
    });
    const record = recordOfMessage("delivery-apollo", 0, messageOf(messageWith(headers, Buffer.from("{}"))));

    await topic.add(letter, record.origin);

    expect(sent).toHaveLength(1);
    const [written] = sent.map(writtenAndRead);
    expect(read(written?.headers ?? {})).toEqual(byName(headers));
    const shown = written && letterOfMessage(messageOf(written));
    expect(shown).toMatchObject({ reason: "server_error", attempts: 5, position: 7 });
    const nulls = new Set(headers.filter(([name, value]) => value === null && !isOurs(name)).map(([name]) => name));
    expect(JSON.parse(shown?.nullHeaders ?? "[]")).toEqual(expect.arrayContaining([...nulls]));
  },
);
