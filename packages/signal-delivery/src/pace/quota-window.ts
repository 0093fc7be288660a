import type { QuotaUse } from "@datafly/signal-connector-kit";

/** A moment that is known to lie between two others, in milliseconds since 1970. */
interface Between {
  readonly earliest: number;
  readonly latest: number;
}

/** What is known of the time around a call, in milliseconds since 1970. */
export interface CallTimes {
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Until then no call of anybody's was counted, since another window was shut: no window opened before that. */
  readonly quietUntil: number;
  /** How long to pause after this call before the next, in milliseconds, where calls are made one at a time; less in a short window. */
  readonly pauseMs: number;
}

/** Clocks and networks are not exact: a window counts as over only this much later. */
const MARGIN_MS = 50;
/** How well the end of a window must be known to wait for it. Otherwise one call is spent to find out. */
const WELL_KNOWN_MS = 2_000;
/** Where others use the window too, its last calls, up to this share of it, are made one at a time, with pauses. */
const MAX_SLOW_SHARE = 0.25;
/** A pause between such calls takes no more than this share of the window. */
const MAX_PAUSE_SHARE = 1 / 40;
/** A window that is over this soon can be left unused in part: its last calls are left to the others. */
const SHORT_MS = 60_000;
/** So many of their calls, at least, count as in the air. */
const FEWEST_OTHERS = 4;
/** And no more of the window than this share is left to them. */
const MAX_LEFT_SHARE = 0.1;

/** What a window has to say about one more call. */
export type WindowVerdict =
  | { readonly kind: "open" }
  /** Not while other calls are in the air, since they may use up what is left. */
  | { readonly kind: "busy" }
  /** Used up until a time, in milliseconds since 1970. */
  | { readonly kind: "shut"; readonly until: number };

/**
 * A quota window of the vendor's, as its answers let it be known. They tell how many calls are left, and not when the window began: it
 * opens with its first call. So its beginning is narrowed down from when calls were sent and answered.
 */
export class QuotaWindow {
  readonly #lengthMs: number;
  #limit: number | undefined;
  #left = 0;
  #used = 0;
  #opened: Between = { earliest: 0, latest: 0 };
  /** When the last answer about the present window was sent for: it was still open then. */
  #seenOpenAt = 0;
  /** Calls of this process that the present window may have counted. */
  #ownCalls = 0;
  /** Calls in the present window that are certainly others'; how many came between two answers, at the most and of late. */
  #foreignCalls = 0;
  #foreignBurst = 0;
  #foreignOfLate = 0;
  #pausedUntil = 0;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Whether one more call fits, with so many in the air already. */
  verdict(now: number, inFlight: number): WindowVerdict {
    if (this.#limit === undefined) return { kind: "open" };
    const overBy = this.#overBy();
    // Of a window that allows none, one call looks whether that is still so.
    if (now >= overBy) return Math.max(1, this.#limit) > inFlight ? { kind: "open" } : { kind: "busy" };
    if (this.allowsNone) return { kind: "shut", until: overBy };

    const isWellKnown = this.#opened.latest - this.#opened.earliest <= WELL_KNOWN_MS;
    if (isWellKnown && this.#left <= this.#leftToOthers()) return { kind: "shut", until: overBy };
    if (this.#left - inFlight > this.#share(this.#foreignBurst, MAX_SLOW_SHARE)) return { kind: "open" };
    if (this.#left > 0) {
      if (inFlight > 0) return { kind: "busy" };
      return now < this.#pausedUntil ? { kind: "shut", until: this.#pausedUntil } : { kind: "open" };
    }

    // Nothing is left, and it is not known when the window ends: one call alone asks, and a refusal will say it.
    const mayBeOverAt = this.#opened.earliest + this.#lengthMs;
    if (now < mayBeOverAt) return { kind: "shut", until: mayBeOverAt };
    return inFlight === 0 ? { kind: "open" } : { kind: "busy" };
  }

  /** Whether the window allows no call at all. */
  get allowsNone(): boolean {
    return this.#limit === 0;
  }

  /** A call goes out. */
  sent(): void {
    this.#ownCalls += 1;
  }

  /** An answer tells of the window; `null` means that it has no limit. */
  answered(window: QuotaUse | null, times: CallTimes, inFlight: number): void {
    if (window === null) {
      this.#limit = undefined;
      return;
    }
    const { limit, used, left } = window;
    if (this.#limit === undefined) {
      this.#begin(window, times.answeredAt - this.#lengthMs, times, inFlight);
    } else if (this.#isNew(used, times)) {
      this.#begin(window, Math.max(this.#seenOpenAt, this.#opened.earliest + this.#lengthMs), times, inFlight);
    } else {
      this.#countForeign(used);
      // Answers overtake each other: the one that leaves least is the latest.
      this.#left = limit === this.#limit ? Math.min(this.#left, left) : left;
      this.#used = Math.max(this.#used, used);
      this.#seenOpenAt = Math.max(this.#seenOpenAt, times.sentAt);
      this.#opened = narrowed(this.#opened, used, times);
    }
    this.#pausedUntil = times.answeredAt + Math.min(times.pauseMs, Math.round(this.#lengthMs * MAX_PAUSE_SHARE));
    this.#limit = limit;
  }

  /** A refusal tells when the window ends: exactly, so that its beginning is known from then on. */
  endsAt(end: number): void {
    if (this.#limit === undefined) return;
    this.#left = 0;
    this.#opened = { earliest: end - this.#lengthMs - MARGIN_MS, latest: end - this.#lengthMs - MARGIN_MS };
  }

  /** From when on the window is over for certain. */
  #overBy(): number {
    return this.#opened.latest + this.#lengthMs + MARGIN_MS;
  }

  /** A lower count than before is a new window, if the one before may be over; or else an answer that was overtaken. */
  #isNew(used: number, { sentAt, answeredAt }: CallTimes): boolean {
    if (sentAt >= this.#overBy()) return true;
    return used < this.#used && answeredAt >= this.#opened.earliest + this.#lengthMs;
  }

  #begin({ used, left }: QuotaUse, earliest: number, times: CallTimes, inFlight: number): void {
    const opened = { earliest: Math.max(earliest, times.quietUntil), latest: times.answeredAt };
    this.#opened = narrowed(opened, used, times);
    this.#left = left;
    this.#used = used;
    this.#seenOpenAt = times.sentAt;
    this.#ownCalls = inFlight + 1;
    this.#foreignCalls = Math.max(0, used - this.#ownCalls);
  }

  /** When the window ends at the earliest, if it is used up; 0 otherwise. Until then nobody's call is counted. */
  get quietUntil(): number {
    return this.#limit !== undefined && this.#left === 0 ? this.#opened.earliest + this.#lengthMs : 0;
  }

  /** Counts what others have certainly done. Where there are others, all that came since the last answer may be theirs. */
  #countForeign(used: number): void {
    const foreign = Math.max(this.#foreignCalls, used - this.#ownCalls);
    const burst = foreign > this.#foreignCalls ? used - this.#used : 0;
    this.#foreignCalls = foreign;
    this.#foreignBurst = Math.max(this.#foreignBurst, burst);
    this.#foreignOfLate = Math.max(burst, Math.floor(this.#foreignOfLate / 2));
  }

  /** The last calls of a short window are left to others; those of an hour are worth the risk of a refusal. */
  #leftToOthers(): number {
    if (this.#foreignBurst === 0 || this.#lengthMs > SHORT_MS) return 0;
    return this.#share(Math.max(FEWEST_OTHERS, this.#foreignOfLate), MAX_LEFT_SHARE);
  }

  /** A number of calls, but no more than a share of the window. */
  #share(calls: number, share: number): number {
    return Math.min(calls, Math.ceil((this.#limit ?? 0) * share));
  }
}

/** A window had opened when a call in it was answered; and it was opened by its first call. */
function narrowed({ earliest, latest }: Between, used: number, { sentAt, answeredAt }: CallTimes): Between {
  return {
    earliest: used === 1 ? Math.max(earliest, sentAt) : earliest,
    latest: Math.min(latest, answeredAt),
  };
}
