// What the delivery worker, @datafly/signal-apollo-worker, does better: it paces its calls to what Apollo says is left of the
// quota, and after a 429 holds all of them back, where here each call finds out for itself; it asks for the consent of now
// before each call; it keeps a journal, so that a crash loses no place; and it shows in metrics how it is.
import { createHash, randomUUID } from "node:crypto";

import { backoffMs } from "@datafly/apollo-client";
import { FAILURE_CLASSES, personKey, type ApolloConnector, type FailedOutcome } from "@datafly/signal-apollo-connector";

import type { MemoryQueue, Message } from "./memory-queue.js";

/** What a consumer needs. */
export interface ConsumerOptions {
  readonly queue: MemoryQueue;
  /** With deduplication on, since a queue may deliver a message twice; a call must end before the message is visible again. */
  readonly connector: ApolloConnector;
  /** Ends the consumer: what is in the air is finished, and nothing more is taken up. */
  readonly stop: AbortSignal;
  /** How many messages are worked on at once. */
  readonly concurrency?: number;
  /**
   * How often a message is tried before a failure makes it a dead letter. A refusal for the quota makes none, but counts as a
   * try: brokers count deliveries, whatever became of them.
   */
  readonly maxDeliveries?: number;
  /** Takes a line for each try. */
  readonly log?: (line: string) => void;
}

/**
 * Puts an event on the queue, in the group of its person: what is said of one person last is to be written last, and two calls
 * at the same moment could make two contacts.
 */
export function enqueue(queue: MemoryQueue, connector: ApolloConnector, body: string): void {
  const event = parse(body);
  const decision = connector.plan(event);
  // Hashed, so that no address stands in the broker's console. What is not delivered has no order to keep.
  const group =
    decision.action === "deliver"
      ? createHash("sha256").update(personKey(event, decision.contact)).digest("hex")
      : randomUUID();
  queue.send(body, group);
}

/**
 * Delivers what is on the queue, until it is stopped.
 *
 * @throws ApolloError if the settings are wrong: then no message is at fault, and all of them stay on the queue
 */
export async function consume(options: ConsumerOptions): Promise<void> {
  const { queue, connector, stop, concurrency = 4, maxDeliveries = 5, log } = options;
  const wrongSettings = new AbortController();
  const stopped = AbortSignal.any([stop, wrongSettings.signal]);

  async function work(): Promise<void> {
    for (let message; (message = await queue.receive(stopped)) !== undefined;) await handle(message);
  }

  async function handle(message: Message): Promise<void> {
    const outcome = await connector.deliver(parse(message.body));
    log?.([message.id, outcome.status, "reason" in outcome ? outcome.reason : ""].join(" ").trim());
    switch (outcome.status) {
      case "delivered":
      case "dropped":
        // Only now: had the process died before, the message would come again.
        queue.ack(message);
        return;
      case "rejected":
        queue.deadLetter(message, outcome.reason);
        return;
      case "failed":
        giveBack(message, outcome);
    }
  }

  function giveBack(message: Message, { reason, error }: FailedOutcome): void {
    switch (FAILURE_CLASSES[reason]) {
      case "setup":
        queue.nack(message, 0);
        wrongSettings.abort(error);
        return;
      case "throttle":
        queue.nack(message, error.retryAfterMs ?? 60_000);
        return;
      case "transient":
      case "interrupted":
        if (message.deliveries >= maxDeliveries) queue.deadLetter(message, reason);
        else queue.nack(message, backoffMs(message.deliveries, Math.random));
        return;
      case "final":
        queue.deadLetter(message, reason);
    }
  }

  await Promise.all(Array.from({ length: concurrency }, work));
  wrongSettings.signal.throwIfAborted();
}

/** What is no JSON is no event either: the connector rejects the text. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
