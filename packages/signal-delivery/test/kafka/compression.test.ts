import { gzipSync, constants } from "node:zlib";

import { fc, test } from "@fast-check/vitest";
import kafkaJs from "kafkajs";
import { expect } from "vitest";

import { MAX_INFLATED_BYTES } from "../../src/kafka/compression/codecs.js";
import { Inflated } from "../../src/kafka/compression/inflated.js";
import { inflateLz4 } from "../../src/kafka/compression/lz4.js";
import { inflateSnappy } from "../../src/kafka/compression/snappy.js";
import { inflateWithFzstd } from "../../src/kafka/compression/zstd.js";
import { addCodecs } from "../../src/kafka/kafkajs/codecs.js";

/** What was compressed. */
const TEXT = Array.from(
  { length: 60 },
  (_, index) =>
    `{"type":"track","event":"Demo Requested","traits":{"first_name":"Ada","email":"person${index}@lead.example"}}\n`,
).join("");

/** What kafka-clients 4.3.1 makes of it, as its producer does. */
const OF_KAFKA = {
  gzip: "H4sIAAAAAAAA/73YS2rDMBRA0XlXUTQOpXqffjJqISvoBoqoX8HUdhxbCS0me48zzrh3KCRxRzpIWlL9GyNtU53K10/apDjFUNfxLvr9/UccjjHXaNaJdUFb57Rd0nc7zfVzKP1133tTrrv60nbraIxp3g+Pb12U5iF+Sz92kc7nu+U/MpnJCJNRJmNMxpnME5N5ZjIvTOYVOp4UA5ADGYIgQxJkiIIMWZAhDDKkQYY4yJAHAnkg1L0A8kAgDwTyQCAPBPJAIA8E8kAgDxTyQCEPlHooQB4o5IFCHijkgUIeKOSBQh4Y5IFBHhjkgVE/B5AHBnlgkAcGeWCQBwZ54JAHDnngkAcOeeDUVyLkgUMeOOSBQx74rQcXCpozDFYYAAA=",
  snappy:
    "glNOQVBQWQAAAAABAAAAAQAAAkDWMKB7InR5cGUiOiJ0cmFjayIsImV2ZW50IjoiRGVtbyBSZXF1ZXN0ZWQiLAEhPGl0cyI6eyJmaXJzdF9uYW0BOAhBZGEBNnhtYWlsIjoicGVyc29uMEBsZWFkLmV4YW1wbGUifX0K/mcAUmcAADH+ZwCWZwAAMv5nAJZnAAAz/mcAlmcAADT+ZwCWZwAANf5nAJZnAAA2/mcAlmcAADf+ZwCWZwAAOP5nAJZnAAA5/mcAlmcAADH+BwSeBwT+CASaCAQAMf4JBJoJBAAx/goEmgoEADH+CwSaCwQAMf4MBJoMBAAx/g0Emg0EADH+DgSaDgQAMf4PBJoPBAAx/hAEmhAEADL+EASaEAQAMv4QBJoQBAAy/hAEmhAEADL+EASaEAQAMv4QBJoQBAAy/hAEmhAEADL+EASaEAQAMv4QBJoQBAAy/hAEmhAEADL+EASaEAQAM/4QBJoQBAAz/hAEmhAEADP+EASaEAQAM/4QBJoQBAAz/hAEmhAEADP+EASaEAQAM/4QBJoQBAAz/hAEmhAEADP+EASaEAQAM/4QBJoQBAA0/hAEmhAEADT+EASaEAQANP4QBJoQBAA0/hAEmhAEADT+EASaEAQANP4QBJoQBAA0/hAEmhAEADT+EASaEAQANP4QBJoQBAA0/hAEmhAEADX+EASaEAQANf4QBJoQBAA1/hAEmhAEADX+EASaEAQANf4QBJoQBAA1/hAEmhAEADX+EASaEAQANf4QBJoQBAA1/hAEmhAEADVGEAQ=",
  lz4: "BCJNGGBAgpYBAADwGnsidHlwZSI6InRyYWNrIiwiZXZlbnQiOiJEZW1vIFJlcXVlc3RlZCIsIQDwAWl0cyI6eyJmaXJzdF9uYW04ADBBZGE2AP8QbWFpbCI6InBlcnNvbjBAbGVhZC5leGFtcGxlIn19CmcAQh8xZwBTHzJnAFMfM2cAUx80ZwBTHzVnAFMfNmcAUx83ZwBTHzhnAFMfOWcAUx8xBwRVDwgEVB8xCQRUHzEKBFQfMQsEVB8xDARUHzENBFQfMQ4EVB8xDwRUHzEQBFQfMhAEVB8yEARUHzIQBFQfMhAEVB8yEARUHzIQBFQfMhAEVB8yEARUHzIQBFQfMhAEVB8zEARUHzMQBFQfMxAEVB8zEARUHzMQBFQfMxAEVB8zEARUHzMQBFQfMxAEVB8zEARUHzQQBFQfNBAEVB80EARUHzQQBFQfNBAEVB80EARUHzQQBFQfNBAEVB80EARUHzQQBFQfNRAEVB81EARUHzUQBFQfNRAEVB81EARUHzUQBFQfNRAEVB81EARUHzUQBFQZNRAEUGUifX0KAAAAAA==",
  zstd: "KLUv/QBYjAgAEkogIFCnpg1NjIMRounWdF5U9M5CTN+gYqCxu/tPK1lVTfQau7u7u7uqqqqqqpmZmZmZiIiIiIh3d3d3p0ggDquJN4iiN/MoJuiCws0sDI3DVj9PZxZW/eSsMJ7eiptHY2uJHEpnbeHVnlzpxlogoB0ER3Xj6a3pgX5yAAiv9vR+CtqhPCCwc4oHnpD0SMqIVEh6JGVkKiQ9kjIiFZIeSRlJhUiPpIykQqZHUkZSIdIjKSOpkPSIlJFUSHpkykgqJD0iZSQVkh5JGZEKSY+kjEyFpEdSRpgKmSDpEQlIGYlgqRAImh55gJQRB5YKaaDpEQZImSyw1IoCKRtSGemNlA2pjPRGykYqQ3qjpOwUdbJRAQAA",
};

const TYPES = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
const LIMIT = 1_000_000;

interface Codec {
  decompress(bytes: Buffer): Promise<Buffer>;
}

/** A codec as kafkajs calls it, and what it says of what it cannot read. */
function codecOf(type: number) {
  const problems: string[] = [];
  addCodecs(kafkaJs, (problem) => problems.push(problem));
  const codecs: Record<number, unknown> = kafkaJs.CompressionCodecs;
  return { codec: (codecs[type] as () => Codec)(), problems };
}

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "what Kafka's own producer compresses with %s is read",
  async (name) => {
    const { codec, problems } = codecOf(TYPES[name]);

    expect((await codec.decompress(Buffer.from(OF_KAFKA[name], "base64"))).toString()).toBe(TEXT);
    expect(problems).toEqual([]);
  },
);

test("zstd is read without Node.js's own, too", async () => {
  const inflated = await inflateWithFzstd(Buffer.from(OF_KAFKA.zstd, "base64"), LIMIT);

  expect(inflated.toString()).toBe(TEXT);
});

test("what becomes longer than the limit is not read, and takes no more memory than that", async () => {
  const bytes = (name: keyof typeof OF_KAFKA) => Buffer.from(OF_KAFKA[name], "base64");
  const tooLong = TEXT.length - 1;

  expect(() => inflateSnappy(bytes("snappy"), tooLong)).toThrow("longer than");
  expect(() => inflateLz4(bytes("lz4"), tooLong)).toThrow("longer than");
  await expect(inflateWithFzstd(bytes("zstd"), tooLong)).rejects.toThrow("longer than");
});

test("a zstd frame that asks for gigabytes of memory is not read", async () => {
  // A window of two gigabytes, and nothing in it.
  const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3]), Buffer.alloc(20)]);

  await expect(inflateWithFzstd(frame, LIMIT)).rejects.toThrow("refers too far back");
});

test("a bomb becomes a problem that is told of, and what kafkajs takes for a batch that is not whole", async () => {
  const bomb = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1), { level: constants.Z_BEST_SPEED });
  const { codec, problems } = codecOf(TYPES.gzip);

  await expect(codec.decompress(bomb)).rejects.toMatchObject({ name: "KafkaJSPartialMessageError" });
  expect(problems).toEqual([
    "A batch of messages that is compressed with gzip cannot be read: it is longer than 100000000 bytes.",
  ]);
});

test("a codec of tomorrow is a problem that says what to install", async () => {
  const { codec, problems } = codecOf(5);

  await expect(codec.decompress(Buffer.alloc(3))).rejects.toMatchObject({ name: "KafkaJSPartialMessageError" });
  expect(problems).toEqual([
    "A batch of messages that is compressed with the unknown codec 5 cannot be read: it needs a later version of this program.",
  ]);
});

/** Damage: a byte that is another one, or an end that is missing. */
const damaged = (name: "snappy" | "lz4") =>
  fc.tuple(fc.nat(), fc.nat(255), fc.nat()).map(([at, byte, length]) => {
    const bytes = Buffer.from(OF_KAFKA[name], "base64");
    bytes.writeUInt8(byte, at % bytes.length);
    return bytes.subarray(0, 1 + (length % bytes.length));
  });

test.prop(
  [
    fc.oneof(
      damaged("snappy"),
      damaged("lz4"),
      fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
    ),
  ],
  {
    numRuns: 2_000,
  },
)("damaged bytes end in an error or in a text, never in more than the limit", (bytes) => {
  for (const inflate of [inflateSnappy, inflateLz4]) {
    try {
      expect(inflate(bytes, LIMIT).length).toBeLessThanOrEqual(LIMIT);
    } catch (error) {
      expect(error).toMatchObject({ name: "InflateError" });
    }
  }
});

test.prop([fc.uint8Array({ maxLength: 5_000 })])("Snappy without framing is read, as librdkafka writes it", (bytes) => {
  const content = Buffer.from(bytes);
  const size = content.length;
  const length = size < 128 ? [size] : [(size & 127) | 128, size >> 7];
  // One literal, its length in two bytes.
  const literal = size === 0 ? [] : [61 << 2, (size - 1) & 255, (size - 1) >> 8];

  expect(inflateSnappy(Buffer.from([...length, ...literal, ...content]), LIMIT)).toEqual(content);
});

test.prop([fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 300 }), fc.nat(1_000)])(
  "bytes that repeat what is there repeat all of it, however near",
  (start, distance, length) => {
    fc.pre(distance <= start.length);
    const inflated = new Inflated(LIMIT, 0);
    inflated.append(start);
    inflated.repeat(distance, length);

    const expected = [...start];
    for (let count = 0; count < length; count += 1) expected.push(expected[expected.length - distance] ?? 0);
    expect([...inflated.toBuffer()]).toEqual(expected);
  },
);
