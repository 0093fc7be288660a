import type { ProbeResult } from "./stream-options.js";

/** Calls of so many people have to fail in a row, with no call succeeding in between, for the vendor to count as away. */
const PEOPLE = 3;
/** How long to wait before the first probe, in milliseconds; doubled for each further one. */
const FIRST_WAIT_MS = 1_000;
/** The longest wait before a probe, in milliseconds, unless the vendor asks for more. */
const MAX_WAIT_MS = 60_000;
/** Waits are shortened by up to this share, so that workers do not probe at the same moment. */
const JITTER = 0.25;
/** A success at most this long before an event's first failure, in milliseconds, shows that the vendor was there. */
const BESIDE_MS = 60_000;
/** How many past outages are remembered. An event that is being retried has seen the last one or two. */
const REMEMBERED = 100;

/** The failures of one event so far. */
export interface EventFailures {
  /** The rows of those that count. */
  rows: number[];
  firstRow: number;
  firstAt: number | undefined;
  /** Whether it has been tried once more since the vendor last asked for a wait. */
  waited: boolean;
}

/**
 * Whose fault it is that an event keeps failing: the event's if others succeeded meanwhile, and probably if others had succeeded just
 * before; the vendor's if it is away.
 */
export type Fault = "event" | "probably_event" | "vendor" | "unknown";

/** An event that has not failed yet. */
export function noFailures(): EventFailures {
  return { rows: [], firstRow: 0, firstAt: undefined, waited: false };
}

/** A call that is in flight. */
export interface SentCall {
  readonly person: string;
  readonly probes: number;
}

/**
 * Tells an outage of the vendor from an event at fault. An event that keeps failing while others succeed is at fault. When calls of
 * several people fail in a row and none succeeds, the vendor is away: no event is at fault, and none of those failures counts.
 *
 * Failures are grouped in rows: a success ends a row and begins the next.
 */
export class Outage {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #timeoutMs: number;
  #row = 0;
  /** Whose calls have failed in the present row, as far as it matters. */
  readonly #people = new Set<string>();
  #lastSuccessAt = Number.NEGATIVE_INFINITY;
  #since: number | undefined;
  #probes = 0;
  /** Whether a check without writing has shown, in this process, that it can pass. */
  #checkWorks = false;
  #lastProbeWasCheck = false;
  #isCheckTaken = false;
  /** The rows that were outages. */
  readonly #outages = new Set<number>();

  /**
   * @param now milliseconds of a clock that never goes back
   * @param timeoutMs how long an outage may last before delivery stops, in milliseconds; infinite for a worker that never does
   */
  constructor(now: () => number, timeoutMs = Number.POSITIVE_INFINITY, random: () => number = Math.random) {
    this.#now = now;
    this.#timeoutMs = timeoutMs;
    this.#random = random;
  }

  /** Whether the latest calls have failed. */
  get isFailing(): boolean {
    return this.#people.size > 0;
  }

  /** Since when the vendor has been away, by the clock; `undefined` if it is not. */
  get since(): number | undefined {
    return this.#since;
  }

  /** When delivery stops unless the vendor is back, by the clock; infinite if it does not. */
  get endsAt(): number {
    return (this.#since ?? Number.POSITIVE_INFINITY) + this.#timeoutMs;
  }

  /** Whether the vendor has been away for longer than delivery waits. */
  get isTooLong(): boolean {
    return this.#now() >= this.endsAt;
  }

  /**
   * Whether the next probe is to be a check that writes nothing. Not every time, unless such a check is known to pass when the vendor is
   * there: a server or a proxy that does not know the path would keep the vendor away forever.
   *
   * @param costly whether a failed call costs a dead letter: then a check that is known to work is relied on
   */
  nextIsCheck(costly: boolean): boolean {
    return this.#since !== undefined && (!this.#lastProbeWasCheck || (costly && this.#checkWorks));
  }

  /** What a check found. */
  checked(found: ProbeResult): void {
    this.#checkWorks ||= found === "there";
    this.#lastProbeWasCheck = found === "away";
  }

  /** Whether a check is due while the vendor is there, which shows that it can pass; once only. */
  takeFirstCheck(): boolean {
    const isDue = !this.#isCheckTaken;
    this.#isCheckTaken = true;
    return isDue;
  }

  /** A call of a person is about to be sent. */
  sending(person: string): SentCall {
    this.#lastProbeWasCheck = false;
    return { person, probes: this.#probes };
  }

  /** The vendor processed a call, be it by refusing this one record: it is there. Returns whether that ends an outage. */
  succeeded(): boolean {
    const wasAway = this.#since !== undefined;
    this.#row += 1;
    this.#people.clear();
    this.#lastSuccessAt = this.#now();
    this.#since = undefined;
    this.#probes = 0;
    return wasAway;
  }

  /**
   * A call failed in a way that may pass.
   *
   * @param askedForMs how long the vendor asked to wait, in milliseconds
   * @returns how long all calls are to wait, in milliseconds, if the vendor is away and this call was the latest probe
   */
  failed({ person, probes }: SentCall, askedForMs = 0): number | undefined {
    if (this.#people.size < PEOPLE) this.#people.add(person);
    if (this.#people.size >= PEOPLE) this.#begin();
    // Of calls that were in flight together, the first sets the wait.
    return this.#since === undefined || probes !== this.#probes ? undefined : this.nextWaitMs(askedForMs);
  }

  /** The vendor turned out to be away in another way. Returns how long all calls are to wait, in milliseconds. */
  declare(askedForMs = 0): number {
    this.#begin();
    return this.nextWaitMs(askedForMs);
  }

  /** A probe that is no call of a person failed. Returns how long all calls are to wait, in milliseconds. */
  nextWaitMs(askedForMs = 0): number {
    const growing = Math.min(FIRST_WAIT_MS * 2 ** this.#probes, MAX_WAIT_MS) * (1 - JITTER * this.#random());
    this.#probes += 1;
    return this.within(Math.max(Math.round(growing), askedForMs)) ?? 0;
  }

  /** A wait, cut off where delivery stops. */
  within(ms: number | undefined): number | undefined {
    return ms === undefined ? undefined : Math.min(ms, Math.max(0, this.endsAt - this.#now()));
  }

  /** Adds a failure to those of an event, and returns how many of them count: those that were not in an outage. */
  count(failures: EventFailures): number {
    if (failures.firstAt === undefined) {
      failures.firstAt = this.#now();
      failures.firstRow = this.#row;
    }
    failures.rows.push(this.#row);
    failures.rows = failures.rows.filter((row) => !this.#outages.has(row));
    return failures.rows.length;
  }

  /** Whose fault it is that an event keeps failing. */
  faultOf({ firstRow, firstAt = this.#now() }: EventFailures): Fault {
    if (this.#since !== undefined) return "vendor";
    if (this.#row > firstRow) return "event";
    return firstAt - this.#lastSuccessAt <= BESIDE_MS ? "probably_event" : "unknown";
  }

  #begin(): void {
    if (this.#since !== undefined) return;
    this.#since = this.#now();
    this.#outages.add(this.#row);
    for (const oldest of this.#outages) {
      if (this.#outages.size <= REMEMBERED) break;
      this.#outages.delete(oldest);
    }
  }
}
