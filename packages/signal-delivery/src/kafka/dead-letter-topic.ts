import type { HeaderValue, MessageHeaders, RecordOrigin } from "../stream/event-source.js";
import { HaltError } from "../halt-error.js";
import type { DeadLetter, DeadLetters } from "../stream/dead-letter.js";
import { UnwritableMessageError, type MessageProducer, type NewHeader, type NewMessage } from "./kafka-client.js";

/** What the names of our headers begin with. */
const HEADER_PREFIX = "signal-delivery-";

/** Headers that say why a message is a dead letter, and where it stood. Their values are texts. */
export const DEAD_LETTER_HEADERS = {
  status: `${HEADER_PREFIX}status`,
  reason: `${HEADER_PREFIX}reason`,
  class: `${HEADER_PREFIX}class`,
  message: `${HEADER_PREFIX}message`,
  attempts: `${HEADER_PREFIX}attempts`,
  maybeDelivered: `${HEADER_PREFIX}maybe-delivered`,
  /** What the next call needs, if the record is written and a call is left. */
  resume: `${HEADER_PREFIX}resume`,
  httpStatus: `${HEADER_PREFIX}http-status`,
  topic: `${HEADER_PREFIX}source-topic`,
  partition: `${HEADER_PREFIX}source-partition`,
  offset: `${HEADER_PREFIX}source-offset`,
  firstAt: `${HEADER_PREFIX}first-at`,
  lastAt: `${HEADER_PREFIX}last-at`,
  /** Why the value is not there. It is still in the source. */
  valueLeftOut: `${HEADER_PREFIX}value-left-out`,
  /** Why the headers that the message had are not there. */
  headersLeftOut: `${HEADER_PREFIX}headers-left-out`,
  /** Why the key is not there. */
  keyLeftOut: `${HEADER_PREFIX}key-left-out`,
  /** Names of headers, as a JSON array, whose value was null, which cannot be written: it is empty. */
  nullHeaders: `${HEADER_PREFIX}null-headers`,
} as const;

/** A Kafka topic of dead letters: the message as it was, with why in its headers. */
export class DeadLetterTopic implements DeadLetters {
  readonly topic: string;
  readonly #producer: MessageProducer;
  #count = 0;

  constructor(topic: string, producer: MessageProducer) {
    this.topic = topic;
    this.#producer = producer;
  }

  /** How many letters were added. */
  get count(): number {
    return this.#count;
  }

  /**
   * Keeps a letter: the message as it was, or without those of its parts that the topic does not take, the largest first. Resolves
   * when all replicas that are in sync have it.
   */
  async add(letter: DeadLetter, origin?: RecordOrigin): Promise<void> {
    // As it was, even if that is nothing.
    const { key, value } = origin ?? { key: null, value: Buffer.from(letter.line ?? JSON.stringify(letter.event)) };
    const { headers = {} } = origin ?? {};
    const message = { key, value, headers };
    const ours = ourHeaders(letter, headers);
    const parts = partsBySize(message);
    try {
      for (let omitted = 0; ; omitted += 1) {
        try {
          await this.#producer.send(this.topic, withoutParts(message, ours, parts.slice(0, omitted)));
          break;
        } catch (error) {
          if (!(error instanceof UnwritableMessageError) || omitted === parts.length) throw error;
        }
      }
    } catch (error) {
      throw new HaltError(`Cannot write dead letters to the topic ${this.topic}: ${(error as Error).message}`);
    }
    this.#count += 1;
  }
}

/** What a message is made of. */
interface MessageParts {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: MessageHeaders;
}

/** Headers of ours. */
type OurHeaders = Readonly<Record<string, string>>;

/** How long each of our own headers may be, in characters: where nothing else fits, they do. */
const MAX_OF_OURS = 4_000;

/** The parts of a message that are there, the largest first. */
function partsBySize({ key, value, headers }: MessageParts): (keyof MessageParts)[] {
  const sizes = {
    value: value?.length ?? 0,
    headers: Object.entries(foreign(headers))
      .flatMap(([name, values]) => [name, ...listOf(values)])
      .reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0),
    key: key?.length ?? 0,
  };
  const parts = ["value", "headers", "key"] as const;
  return parts.filter((part) => sizes[part] > 0).sort((one, other) => sizes[other] - sizes[one]);
}

/** A message with our headers, and less of what it was. */
function withoutParts(
  { key, value, headers }: MessageParts,
  ours: OurHeaders,
  omitted: readonly (keyof MessageParts)[],
): NewMessage {
  const why = "too large for this topic";
  const leftOut = {
    ...(omitted.includes("value") && { [DEAD_LETTER_HEADERS.valueLeftOut]: why }),
    ...(omitted.includes("headers") && { [DEAD_LETTER_HEADERS.headersLeftOut]: why }),
    ...(omitted.includes("key") && { [DEAD_LETTER_HEADERS.keyLeftOut]: why }),
  };
  return {
    key: omitted.includes("key") ? null : key,
    value: omitted.includes("value") ? null : value,
    headers: {
      ...(!omitted.includes("headers") && writable(foreign(headers))),
      ...ours,
      ...leftOut,
    },
  };
}

/** Headers that can be written: null cannot. */
function writable(headers: MessageHeaders): NewMessage["headers"] {
  const nulls = Object.keys(headers).filter((name) => listOf(headers[name]).includes(null));
  const entries = Object.entries(headers).map(([name, values]): [string, NewHeader | NewHeader[]] => {
    const list = listOf(values).map((value) => value ?? EMPTY);
    const [first] = list;
    return [name, list.length === 1 && first !== undefined ? first : list];
  });
  return {
    ...Object.fromEntries(entries),
    ...(nulls.length > 0 && { [DEAD_LETTER_HEADERS.nullHeaders]: JSON.stringify(nulls) }),
  };
}

const EMPTY = Buffer.alloc(0);

/** The headers that are not ours. */
function foreign(headers: MessageHeaders): MessageHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !WRITTEN_ANEW.has(name)));
}

function listOf(values: MessageHeaders[string]): readonly HeaderValue[] {
  if (values === undefined) return [];
  return Array.isArray(values) ? (values as readonly HeaderValue[]) : [values as HeaderValue];
}

function ourHeaders(letter: DeadLetter, headers: MessageHeaders): OurHeaders {
  const { topic, partition, position, ...facts } = letter;
  const known: Partial<Record<string, unknown>> = { ...facts, topic, partition, offset: position };
  const now = Object.entries(DEAD_LETTER_HEADERS).flatMap(([name, header]) => {
    const value = known[name];
    const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    return isPlain ? [[header, String(value).slice(0, MAX_OF_OURS)] as const] : [];
  });
  // A letter that is replayed carries those of its first death; where it stood at first stays, and what that left open.
  const stays = STAYING_HEADERS.flatMap((header) => {
    const text = headerText(headers, header);
    return text === undefined || (header === DEAD_LETTER_HEADERS.maybeDelivered && text !== "true")
      ? []
      : [[header, text.slice(0, MAX_OF_OURS)] as const];
  });
  return { ...Object.fromEntries(now), ...Object.fromEntries(stays) };
}

/** The text of a header; of more than one of that name, of the first. */
export function headerText(headers: MessageHeaders, name: string): string | undefined {
  return listOf(Object.hasOwn(headers, name) ? headers[name] : undefined)[0]?.toString();
}

/** What stays when a letter dies again. */
const STAYING_HEADERS = [
  DEAD_LETTER_HEADERS.topic,
  DEAD_LETTER_HEADERS.partition,
  DEAD_LETTER_HEADERS.offset,
  DEAD_LETTER_HEADERS.firstAt,
  DEAD_LETTER_HEADERS.maybeDelivered,
  DEAD_LETTER_HEADERS.valueLeftOut,
  DEAD_LETTER_HEADERS.headersLeftOut,
  DEAD_LETTER_HEADERS.keyLeftOut,
] as const satisfies readonly string[];

/** What each death says for itself. What is not written anew, of an earlier death, stays: which headers were null. */
const WRITTEN_ANEW = new Set<string>(
  Object.values(DEAD_LETTER_HEADERS).filter((header) => header !== DEAD_LETTER_HEADERS.nullHeaders),
);

/** The names of all headers of a dead letter. */
export const DEAD_LETTER_HEADER_NAMES: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS));
