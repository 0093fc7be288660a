/** The result of a check of the vendor that writes nothing. */
export interface ProbeResult {
  /** `unknown` if the answer does not show whether calls would succeed. */
  readonly found: "there" | "away" | "unknown";
  /** The HTTP status of the answer, if the vendor is away and there was one. */
  readonly status?: number | undefined;
}

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
/** If a failed call costs a dead letter, at most one probe of so many is a call. */
const COSTLY_EVERY = 10;
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

/** How a call failed. */
interface FailedCall {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
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
  /** The HTTP status that the latest call failed with. */
  #callStatus: number | undefined;
  #lastProbeWasCheck = false;
  /** Whether the latest check failed with that status, too: then it tells what a call would. */
  #checkFailsAlike = false;
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
   * Whether the next probe is to be a check that writes nothing. Not every time: a server or a proxy that does not know the path would
   * keep the vendor away forever.
   *
   * @param costly whether a failed call costs a dead letter: then calls are probes rarely, and never if the check fails with the status
   * that calls failed with
   */
  nextIsCheck(costly: boolean): boolean {
    if (this.#since === undefined) return false;
    if (!this.#lastProbeWasCheck) return true;
    return costly && (this.#checkFailsAlike || this.#probes % COSTLY_EVERY !== 0);
  }

  /** What a check found. */
  checked({ found, status }: ProbeResult): void {
    this.#lastProbeWasCheck = found === "away";
    this.#checkFailsAlike = found === "away" && status !== undefined && status === this.#callStatus;
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
   * @param error the HTTP status, if there was an answer, and how long the vendor asked to wait, in milliseconds
   * @returns how long all calls are to wait, in milliseconds, if the vendor is away and this call was the latest probe
   */
  failed({ person, probes }: SentCall, { status, retryAfterMs }: FailedCall): number | undefined {
    this.#callStatus = status;
    if (this.#people.size < PEOPLE) this.#people.add(person);
    if (this.#people.size >= PEOPLE) this.#begin();
    // Of calls that were in flight together, the first sets the wait.
    return this.#since === undefined || probes !== this.#probes ? undefined : this.nextWaitMs(retryAfterMs);
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
