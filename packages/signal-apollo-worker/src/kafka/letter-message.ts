import type { KafkaMessage } from "kafkajs";

import { parseEvent } from "../source/parse-event.js";
import type { ListedLetter } from "../report/dead-letter-report.js";
import { eventIdOf } from "../stream/settled-event.js";
import { DEAD_LETTER_HEADERS } from "./dead-letter-topic.js";

/** Reads a dead letter of a topic, as {@link DeadLetterTopic} has written it. What is not there is `unknown`. */
export function letterOfMessage({ value, headers = {}, offset }: KafkaMessage): ListedLetter["letter"] {
  const text = (name: keyof typeof DEAD_LETTER_HEADERS) => headers[DEAD_LETTER_HEADERS[name]]?.toString();
  const number = (name: keyof typeof DEAD_LETTER_HEADERS) => {
    const digits = text(name);
    return digits === undefined || Number.isNaN(Number(digits)) ? undefined : Number(digits);
  };
  const parsed = value === null ? undefined : parseEvent(value);
  const event = parsed !== undefined && "event" in parsed ? parsed.event : undefined;
  const position = number("offset") ?? Number(offset);
  const httpStatus = number("httpStatus");
  const partition = number("partition");
  const topic = text("topic");
  return {
    position,
    ...(topic !== undefined && { topic }),
    ...(partition !== undefined && { partition }),
    messageId: eventIdOf({ kind: "event", position, endOffset: position, event }).messageId,
    status: text("status") === "rejected" ? "rejected" : "failed",
    reason: text("reason") ?? "unknown",
    class: text("class") ?? "unknown",
    ...(httpStatus !== undefined && { httpStatus }),
    maybeDelivered: text("maybeDelivered") === "true",
    attempts: number("attempts") ?? 0,
    firstAt: text("firstAt") ?? "unknown",
    lastAt: text("lastAt") ?? "unknown",
    event,
  };
}

/** Whether a message is a dead letter at all. */
export function isLetter({ headers = {} }: KafkaMessage): boolean {
  return headers[DEAD_LETTER_HEADERS.status] !== undefined;
}

/** Whether a message is a letter whose event may stand in Apollo already. */
export function isMaybeDelivered({ headers = {} }: KafkaMessage): boolean {
  return headers[DEAD_LETTER_HEADERS.maybeDelivered]?.toString() === "true";
}
