import type { SendFailed } from "@datafly/signal-connector-kit";

import type { Io } from "../io.js";
import { SteadyClock } from "../pace/steady-clock.js";

/**
 * How long after a call was sent the vendor may still carry it out, in milliseconds, although its answer was given up. Gateways and load
 * balancers give up a request after 60 seconds unless set otherwise (nginx's `proxy_read_timeout`, the idle timeout of AWS's load
 * balancers), so that a request is hardly worked on for longer.
 */
const LATE_WRITE_MS = 60_000;

/** The statuses with which a gateway gives up a call that may still be worked on behind it. */
const GIVEN_UP: ReadonlySet<number | undefined> = new Set([408, 502, 504]);

/** Whether a failed call may still be carried out: there was no answer, or a gateway gave up. A server's own answer ends the work on it. */
export function mayBeWrittenLate({
  httpStatus,
  maybeDelivered,
}: Pick<SendFailed, "httpStatus" | "maybeDelivered">): boolean {
  return maybeDelivered && (httpStatus === undefined || GIVEN_UP.has(httpStatus));
}

/**
 * Knows of which people a write may still come: after a time-out, a lost connection or a gateway's error the call may be carried out later. An
 * event of the same person that was sent meanwhile would be overwritten with older values, so it waits. A retry of the same event
 * need not wait: it writes the same values.
 */
export class LateWrites {
  readonly #sleep: Io["sleep"];
  readonly #clock: SteadyClock;
  readonly #onWait: (untilMs: number) => void;
  /** Until when, for each person; about in the order of time. */
  readonly #until = new Map<string, number>();

  /** @param onWait is told until when an event waits, in milliseconds since 1970 */
  constructor(io: Pick<Io, "now" | "sleep">, onWait: (untilMs: number) => void = () => undefined) {
    this.#sleep = io.sleep.bind(io);
    this.#clock = new SteadyClock(io);
    this.#onWait = onWait;
  }

  /** Of how many people a write may still come. */
  get size(): number {
    this.#forget();
    return this.#until.size;
  }

  /** The time to be told of a call when it is sent. It never goes back. */
  now(): number {
    return this.#clock.now();
  }

  /** A person's call that was sent at a time, by {@link LateWrites.now}, may be carried out later. */
  mayFollow(person: string, sentAt: number): void {
    this.#forget();
    // Removed first, so that it comes last.
    this.#until.delete(person);
    this.#until.set(person, sentAt + LATE_WRITE_MS);
  }

  /** Resolves when no earlier call of a person can be carried out any more. Rejects if the signal is aborted before that. */
  async passed(person: string, signal: AbortSignal): Promise<void> {
    const until = this.#until.get(person);
    if (until === undefined) return;
    const ms = until - this.#clock.now();
    if (ms > 0) {
      this.#onWait(this.#clock.shown(until));
      await this.#sleep(ms, signal);
      this.#clock.reached(until);
    }
  }

  /** Forgets those of whom no write can come any more. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [person, until] of this.#until) {
      if (until > now) return;
      this.#until.delete(person);
    }
  }
}
