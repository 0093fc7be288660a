import { createRequire } from "node:module";

import { fc, test } from "@fast-check/vitest";
import type { KafkaMessage } from "kafkajs";
import { beforeAll, expect } from "vitest";

import { isLetter } from "../../../src/kafka/dead-letter-message.js";
import { MAX_HEADERS, readHeadersInLinearTime } from "../../../src/kafka/kafkajs/message-headers.js";
import { messageOf } from "../../../src/kafka/kafkajs/message.js";
import { varint } from "./varint.js";

const ofKafkaJs = createRequire(import.meta.url);
const Decoder = ofKafkaJs("kafkajs/src/protocol/decoder.js") as new (bytes: Buffer) => object;
const decodeRecord = ofKafkaJs("kafkajs/src/protocol/recordBatch/record/v0/decoder.js") as (
  decoder: object,
  context: object,
) => KafkaMessage;

type Headers = readonly (readonly [name: string, value: string | null])[];

const sized = (text: string | null) =>
  text === null ? varint(-1) : Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);

/** The headers of a message, as kafkajs reads them. */
function headersRead(headers: Headers, count = headers.length): KafkaMessage["headers"] {
  const pairs = headers.flatMap(([name, value]) => [sized(name), sized(value)]);
  const head = [Buffer.of(0), varint(0), varint(7), sized("key"), sized("value")];
  const bytes = Buffer.concat([...head, varint(count), ...pairs]);
  return decodeRecord(new Decoder(bytes), { firstOffset: "0", firstTimestamp: "0" }).headers;
}

const manyHeaders = (count: number): Headers => Array.from({ length: count }, (_, index) => [`h${index}`, "v"]);

beforeAll(() => {
  readHeadersInLinearTime();
  readHeadersInLinearTime();
});

const headers = fc.array(fc.tuple(fc.string(), fc.option(fc.string())));

test.prop([headers])("headers are read as they are, with all values of one name", (headers) => {
  const expected = new Map<string, (Buffer | null)[]>();
  for (const [name, value] of headers) {
    expected.set(name, [...(expected.get(name) ?? []), value === null ? null : Buffer.from(value)]);
  }

  expect(headersRead(headers)).toEqual(
    Object.fromEntries([...expected].map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
  );
});

test.each([
  ["of different names", manyHeaders(MAX_HEADERS)],
  ["of one name", Array.from({ length: MAX_HEADERS }, (): Headers[number] => ["h", "v"])],
])("as many headers as are read, %s, take no time", (_, headers) => {
  const startedAt = performance.now();

  const read = Object.values(headersRead(headers) ?? {}).flat();

  expect(read).toHaveLength(MAX_HEADERS);
  // kafkajs alone takes a minute for those of different names.
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test("of more headers than that, only those of a dead letter are read, and which were omitted is said", () => {
  const reason: Headers[number] = ["signal-delivery-status", "rejected"];
  const sameLength: Headers[number] = ["s".repeat("signal-delivery-status".length), null];

  const open: Headers[number] = ["signal-delivery-maybe-delivered", "true"];
  const read = headersRead([...manyHeaders(200_000), sameLength, reason, open, ["h", null]]);

  expect(read).toEqual({
    "signal-delivery-status": Buffer.from("rejected"),
    "signal-delivery-maybe-delivered": Buffer.from("true"),
    "signal-delivery-headers-left-out": "there were more than 10000",
  });
  expect(isLetter(messageOf({ headers: read } as KafkaMessage))).toBe(true);
});

test("a number of headers that is not true ends with the bytes of the message", () => {
  expect(headersRead([["h", "v"]], 2 ** 29)).toEqual({
    "signal-delivery-headers-left-out": "there were more than 10000",
  });
});
