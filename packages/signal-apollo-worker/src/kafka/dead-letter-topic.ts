import type { IHeaders, Producer } from "kafkajs";

import type { RecordOrigin } from "../source/event-source.js";
import { DeadLetterError } from "../stream/dead-letter-error.js";
import type { DeadLetter, DeadLetters } from "../stream/dead-letter.js";

/** What the names of our headers begin with. */
const HEADER_PREFIX = "signal-apollo-";

/** Headers that say why a message is a dead letter, and where it stood. Their values are texts. */
export const DEAD_LETTER_HEADERS = {
  status: `${HEADER_PREFIX}status`,
  reason: `${HEADER_PREFIX}reason`,
  class: `${HEADER_PREFIX}class`,
  message: `${HEADER_PREFIX}message`,
  attempts: `${HEADER_PREFIX}attempts`,
  maybeDelivered: `${HEADER_PREFIX}maybe-delivered`,
  httpStatus: `${HEADER_PREFIX}http-status`,
  topic: `${HEADER_PREFIX}source-topic`,
  partition: `${HEADER_PREFIX}source-partition`,
  offset: `${HEADER_PREFIX}source-offset`,
  firstAt: `${HEADER_PREFIX}first-at`,
  lastAt: `${HEADER_PREFIX}last-at`,
  /** Only where the broker did not take the value: it is too large for the topic. It still stands in the source. */
  valueLeftOut: `${HEADER_PREFIX}value-left-out`,
} as const;

/** A Kafka topic of dead letters: the message as it was, with why in its headers. */
export class DeadLetterTopic implements DeadLetters {
  readonly topic: string;
  readonly #producer: Pick<Producer, "send">;
  #count = 0;

  /** @param producer is connected, and retries by itself */
  constructor(topic: string, producer: Pick<Producer, "send">) {
    this.topic = topic;
    this.#producer = producer;
  }

  /** How many letters were added. */
  get count(): number {
    return this.#count;
  }

  /** Resolves when all replicas that are in sync have it. */
  async add(letter: DeadLetter, origin?: RecordOrigin): Promise<void> {
    // As it was, even if that is nothing.
    const { key, value } = origin ?? { key: null, value: Buffer.from(letter.line ?? JSON.stringify(letter.event)) };
    const headers = headersOf(letter, origin);
    try {
      await this.#send(key, value, headers).catch((error: unknown) => {
        if (!isTooLarge(error)) throw error;
        return this.#send(key, null, { ...headers, [DEAD_LETTER_HEADERS.valueLeftOut]: "too large for this topic" });
      });
    } catch (error) {
      throw new DeadLetterError(`Cannot write dead letters to the topic ${this.topic}: ${(error as Error).message}`);
    }
    this.#count += 1;
  }

  async #send(key: Buffer | null, value: Buffer | null, headers: IHeaders): Promise<void> {
    await this.#producer.send({ topic: this.topic, acks: ALL_IN_SYNC, messages: [{ key, value, headers }] });
  }
}

const ALL_IN_SYNC = -1;

function headersOf(letter: DeadLetter, origin: RecordOrigin | undefined): IHeaders {
  const { topic, partition, position, ...facts } = letter;
  const known: Partial<Record<string, unknown>> = { ...facts, topic, partition, offset: position };
  const ours = Object.entries(DEAD_LETTER_HEADERS).flatMap(([name, header]) => {
    const value = known[name];
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isPlain ? [[header, String(value)] as const] : [];
  });
  // A letter that is replayed carries those of its first death; where it stood at first stays, and what that left open.
  const { headers = {} } = origin ?? {};
  const first: string[] = ORIGIN_HEADERS.filter((header) => headers[header] !== undefined);
  const { maybeDelivered } = DEAD_LETTER_HEADERS;
  if (headers[maybeDelivered]?.toString() === "true") first.push(maybeDelivered);
  return {
    ...headers,
    ...Object.fromEntries(ours.filter(([header]) => !first.includes(header))),
  };
}

/** What stays when a letter dies again. */
const ORIGIN_HEADERS = [
  DEAD_LETTER_HEADERS.topic,
  DEAD_LETTER_HEADERS.partition,
  DEAD_LETTER_HEADERS.offset,
  DEAD_LETTER_HEADERS.firstAt,
] as const satisfies readonly string[];

function isTooLarge(error: unknown): boolean {
  const { type } = error as { readonly type?: unknown };
  return type === "MESSAGE_TOO_LARGE" || type === "RECORD_LIST_TOO_LARGE";
}
