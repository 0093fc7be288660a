/** What the health of a worker is told by. */
export interface HealthOptions {
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** How many events are held: taken up and not settled yet. */
  readonly held: () => number;
  /** How long events may be held without any of them being settled, in milliseconds. Default: 60,000. */
  readonly stalledAfterMs?: number;
  /** What else keeps the worker from its work, looked up each time; without personal data. */
  readonly problem?: () => string | undefined;
}

/** Whether a worker does its work, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  /** There where it is not ready. No personal data. */
  readonly reason?: string;
}

const DEFAULT_STALLED_AFTER_MS = 60_000;

/** Knows whether a worker gets on with its work, from what it is told of it. */
export class Health {
  readonly #now: () => number;
  readonly #held: () => number;
  readonly #stalledAfterMs: number;
  readonly #otherProblem: () => string | undefined;
  #movedAt: number;
  #waitsUntil = 0;
  #problem: string | undefined;
  #finished = false;

  constructor({ now, held, stalledAfterMs = DEFAULT_STALLED_AFTER_MS, problem }: HealthOptions) {
    this.#now = now;
    this.#held = held;
    this.#stalledAfterMs = stalledAfterMs;
    this.#otherProblem = problem ?? (() => undefined);
    this.#movedAt = now();
  }

  /** An event is about to be held. After an idle hour, the time without progress counts from here. */
  took(): void {
    // An event that joins others is no progress: they may be stuck.
    if (this.#held() === 0) this.#movedAt = this.#now();
  }

  /** Something was settled. */
  progress(): void {
    this.#movedAt = this.#now();
  }

  /** All calls wait for the quota until then, in milliseconds since 1970: no lack of progress. The longest wait counts. */
  waiting(untilMs: number): void {
    this.#waitsUntil = Math.max(this.#waitsUntil, untilMs);
  }

  /**
   * Delivery has stopped until something is put right. Calls that were in the air may still be settled; that changes nothing.
   *
   * @param reason what is to be put right, without personal data
   */
  stopped(reason: string): void {
    this.#problem ??= reason;
  }

  /** Delivery goes on. */
  resumed(): void {
    this.#problem = undefined;
    this.#movedAt = this.#now();
  }

  /** There is nothing more to deliver. */
  finished(): void {
    this.#finished = true;
  }

  /** Whether the work gets on. */
  ready(): Readiness {
    if (this.#finished && this.#problem === undefined) return { ready: true };
    const problem = this.#problem ?? this.#otherProblem();
    if (problem !== undefined) return { ready: false, reason: problem };
    const now = this.#now();
    const held = this.#held();
    if (held === 0) this.#movedAt = now;
    const stalledMs = now - Math.max(this.#movedAt, this.#waitsUntil);
    if (stalledMs < this.#stalledAfterMs) return { ready: true };
    const events = held === 1 ? "1 event is" : `${held} events are`;
    return { ready: false, reason: `${events} held, and none was settled for ${Math.floor(stalledMs / 1000)} seconds` };
  }
}
