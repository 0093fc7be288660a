import { setTimeout as sleep } from "node:timers/promises";

/** A message as a consumer receives it. */
export interface Message {
  readonly id: number;
  readonly body: string;
  /** How often it has been received, this time included. */
  readonly deliveries: number;
}

/** A message that was given up, and why. */
export interface DeadLetter {
  readonly body: string;
  readonly reason: string;
}

interface StoredMessage extends Message {
  readonly group: string;
  /** Until then nobody receives it, in milliseconds since 1970. */
  readonly hiddenUntil: number;
}

/**
 * A broker's queue in memory, with what the usual brokers have: a message that was received is hidden until it is
 * acknowledged, refused, or not heard of for too long. Messages of one group come one at a time and in order.
 */
export class MemoryQueue {
  readonly deadLetters: DeadLetter[] = [];
  readonly #messages = new Map<number, StoredMessage>();
  readonly #visibilityMs: number;
  #sent = 0;

  /** @param visibilityMs how long a message that was received stays hidden: what brokers call the visibility timeout */
  constructor({ visibilityMs = 60_000 } = {}) {
    this.#visibilityMs = visibilityMs;
  }

  /** How many messages are not settled. */
  get size(): number {
    return this.#messages.size;
  }

  send(body: string, group: string): void {
    this.#sent += 1;
    this.#messages.set(this.#sent, { id: this.#sent, body, group, deliveries: 0, hiddenUntil: 0 });
  }

  /** The next message. Waits until there is one; `undefined` when the signal is aborted. */
  async receive(stop: AbortSignal): Promise<Message | undefined> {
    while (!stop.aborted) {
      const message = this.#next();
      if (message !== undefined) return this.#hide(message, this.#visibilityMs, message.deliveries + 1);
      await sleep(10, undefined, { signal: stop }).catch(() => undefined);
    }
    return undefined;
  }

  /** Settles a message. */
  ack(message: Message): void {
    if (this.#holds(message)) this.#messages.delete(message.id);
  }

  /** Gives a message back, to be received again after the delay. */
  nack(message: Message, delayMs: number): void {
    const stored = this.#holds(message);
    if (stored) this.#hide(stored, delayMs, stored.deliveries);
  }

  /** Settles a message by setting it aside. */
  deadLetter(message: Message, reason: string): void {
    if (!this.#holds(message)) return;
    this.deadLetters.push({ body: message.body, reason });
    this.#messages.delete(message.id);
  }

  #next(): StoredMessage | undefined {
    const busyGroups = new Set<string>();
    for (const message of this.#messages.values()) {
      if (!busyGroups.has(message.group) && message.hiddenUntil <= Date.now()) return message;
      busyGroups.add(message.group);
    }
    return undefined;
  }

  #hide(message: StoredMessage, forMs: number, deliveries: number): StoredMessage {
    const hidden = { ...message, deliveries, hiddenUntil: Date.now() + forMs };
    this.#messages.set(message.id, hidden);
    return hidden;
  }

  /** A word that comes too late, when somebody else has received the message, does not count. */
  #holds({ id, deliveries }: Message): StoredMessage | undefined {
    const stored = this.#messages.get(id);
    return stored?.deliveries === deliveries ? stored : undefined;
  }
}
