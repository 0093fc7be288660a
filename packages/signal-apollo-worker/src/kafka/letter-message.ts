import type { KafkaMessage } from "kafkajs";

import { parseEvent } from "../source/parse-event.js";
import type { ListedLetter } from "../report/dead-letter-report.js";
import type { DeadLetter } from "../stream/dead-letter.js";
import { eventIdOf } from "../stream/settled-event.js";
import { DEAD_LETTER_HEADERS } from "./dead-letter-topic.js";

/** A dead letter of a topic. */
export type TopicLetter = ListedLetter["letter"] &
  Pick<DeadLetter, "message"> & {
    /** Why neither `event` nor `line` is there. The message still stands where the letter says that it came from. */
    readonly valueLeftOut?: string;
  };

/** Reads a dead letter of a topic, as {@link DeadLetterTopic} has written it. What is not there is `unknown`. */
export function letterOfMessage({ value, headers = {}, offset }: KafkaMessage): TopicLetter {
  const text = (name: keyof typeof DEAD_LETTER_HEADERS) => headers[DEAD_LETTER_HEADERS[name]]?.toString();
  const number = (name: keyof typeof DEAD_LETTER_HEADERS) => {
    const digits = text(name);
    return digits === undefined || Number.isNaN(Number(digits)) ? undefined : Number(digits);
  };
  const valueLeftOut = text("valueLeftOut");
  const content = valueLeftOut === undefined ? contentOf(value) : { valueLeftOut };
  const position = number("offset") ?? Number(offset);
  const httpStatus = number("httpStatus");
  const partition = number("partition");
  const topic = text("topic");
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
    attempts: number("attempts") ?? 0,
    firstAt: text("firstAt") ?? "unknown",
    lastAt: text("lastAt") ?? "unknown",
    ...content,
  };
}

function contentOf(value: Buffer | null): Pick<DeadLetter, "event" | "line"> {
  const parsed = value === null ? undefined : parseEvent(value);
  return parsed !== undefined && "event" in parsed ? { event: parsed.event } : { line: value?.toString() ?? "" };
}

/** Whether a message is a dead letter at all. */
export function isLetter({ headers = {} }: KafkaMessage): boolean {
  return headers[DEAD_LETTER_HEADERS.status] !== undefined;
}

/** Whether a message is a letter whose event may stand in Apollo already. */
export function isMaybeDelivered({ headers = {} }: KafkaMessage): boolean {
  return headers[DEAD_LETTER_HEADERS.maybeDelivered]?.toString() === "true";
}
