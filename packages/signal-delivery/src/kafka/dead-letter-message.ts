import { createHash } from "node:crypto";

import { parseEvent } from "../source/parse-event.js";
import type { ListedLetter } from "../report/dead-letter-report.js";
import { resumeIn, type DeadLetter } from "../stream/dead-letter.js";
import { eventIdOf } from "../stream/delivery-result.js";
import { DEAD_LETTER_HEADERS, headerText } from "./dead-letter-topic.js";
import type { KafkaMessage } from "./kafka-client.js";

/** A dead letter of a topic. */
export type TopicLetter = ListedLetter["letter"] &
  Pick<DeadLetter, "message"> & {
    /** Why neither `event` nor `line` is there. The message is still where the letter says that it came from. */
    readonly valueLeftOut?: string;
    /** Why the message has lost its headers. */
    readonly headersLeftOut?: string;
    /** Why the message has lost its key. */
    readonly keyLeftOut?: string;
    /** Names of headers, as a JSON array, whose value was null and is empty now. */
    readonly nullHeaders?: string;
  };

/** Reads a dead letter of a topic, as {@link DeadLetterTopic} has written it. What is not there is `unknown`. */
export function letterOfMessage({ value, headers, offset }: KafkaMessage): TopicLetter {
  const text = (name: keyof typeof DEAD_LETTER_HEADERS) => headerText(headers, DEAD_LETTER_HEADERS[name]);
  const number = (name: keyof typeof DEAD_LETTER_HEADERS) => {
    const digits = text(name);
    return digits === undefined || Number.isNaN(Number(digits)) ? undefined : Number(digits);
  };
  const valueLeftOut = text("valueLeftOut");
  const leftOut = (["headersLeftOut", "keyLeftOut", "nullHeaders"] as const).flatMap((name) => {
    const why = text(name);
    return why === undefined ? [] : [[name, why] as const];
  });
  const content = valueLeftOut === undefined ? contentOf(value) : { valueLeftOut };
  const position = number("offset") ?? offset;
  const httpStatus = number("httpStatus");
  const partition = number("partition");
  const topic = text("topic");
  const resume = resumeIn({ resume: text("resume") });
  return {
    position,
    ...(topic !== undefined && { topic }),
    ...(partition !== undefined && { partition }),
    messageId: eventIdOf({
      kind: "event",
      position,
      endOffset: position,
      event: "event" in content ? content.event : undefined,
    }).messageId,
    status: text("status") === "rejected" ? "rejected" : "failed",
    reason: text("reason") ?? "unknown",
    class: text("class") ?? "unknown",
    message: text("message") ?? "unknown",
    ...(httpStatus !== undefined && { httpStatus }),
    maybeDelivered: text("maybeDelivered") === "true",
    ...(resume !== undefined && { resume }),
    attempts: number("attempts") ?? 0,
    firstAt: text("firstAt") ?? "unknown",
    lastAt: text("lastAt") ?? "unknown",
    ...content,
    ...Object.fromEntries(leftOut),
  };
}

function contentOf(value: Buffer | null): Pick<DeadLetter, "event" | "line"> {
  const parsed = value === null ? undefined : parseEvent(value);
  return parsed !== undefined && "event" in parsed ? { event: parsed.event } : { line: value?.toString() ?? "" };
}

/** Whether a message is a dead letter at all. */
export function isLetter({ headers }: KafkaMessage): boolean {
  return headerText(headers, DEAD_LETTER_HEADERS.status) !== undefined;
}

/** What a letter says that the next call needs, if the record is written and a call is left. */
export function resumeOfMessage(message: KafkaMessage): string | undefined {
  if (!isLetter(message)) return undefined;
  return resumeIn({ resume: headerText(message.headers, DEAD_LETTER_HEADERS.resume) });
}

/** Whether a message is a letter whose event the vendor may have already. */
export function isMaybeDelivered({ headers }: KafkaMessage): boolean {
  return headerText(headers, DEAD_LETTER_HEADERS.maybeDelivered) === "true";
}

/**
 * Names the event that a letter is of: where it came from, and what it is, since a topic that was recreated has other events in the
 * same places. Two letters of one event are left by a worker that was killed between writing one and committing it.
 *
 * @returns `undefined` if the letter does not say, or holds no event
 */
export function eventOfLetter({ key, value, headers }: KafkaMessage): string | undefined {
  const place = (["topic", "partition", "offset"] as const).map((name) =>
    headerText(headers, DEAD_LETTER_HEADERS[name]),
  );
  if (value === null || place.includes(undefined)) return undefined;
  const hash = createHash("sha256").update(JSON.stringify([place, key?.length]));
  return hash
    .update(key ?? "")
    .update(value)
    .digest("base64");
}

/** Which parts of its message a letter has lost, because the topic does not take them. */
export function omittedOf({ valueLeftOut, headersLeftOut, keyLeftOut }: TopicLetter): string[] {
  const why = { value: valueLeftOut, headers: headersLeftOut, key: keyLeftOut };
  return Object.entries(why).flatMap(([part, text]) => (text === undefined ? [] : [part]));
}
