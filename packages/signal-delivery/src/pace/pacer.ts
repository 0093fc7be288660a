import type { QuotaDefinition, QuotaState } from "@datafly/signal-connector-kit";

import type { Io } from "../io.js";
import { QuotaWindow, type CallTimes } from "./quota-window.js";
import { SteadyClock } from "./steady-clock.js";

/** What a call says of the quota. */
export interface CallReport {
  /** Whether there was an answer. Default: whether it tells of the quota. */
  readonly answered?: boolean | undefined;
  /** The quota as of the answer; `undefined` if there was no answer that tells. */
  readonly quota?: QuotaState | undefined;
  /** How long the vendor asks all calls to wait, in milliseconds; only where it refused this one for the quota. */
  readonly throttledForMs?: number | undefined;
  /** How long all calls are to wait, in milliseconds, since something has to be put right before any of them can succeed. */
  readonly brokenForMs?: number | undefined;
  /** How long all calls are to wait, in milliseconds, since the vendor is away. */
  readonly awayForMs?: number | undefined;
  /** How long the vendor asks all calls to wait, in milliseconds, for another reason than the quota. */
  readonly askedForMs?: number | undefined;
}

/** Why all calls wait, and until when, in milliseconds since 1970. */
export interface Wait {
  /**
   * The name of the quota that is used up, `unknown` if that is not known; `setup` if something has to be fixed first, `outage` if the
   * vendor is away, `asked` if an answer other than a refusal for the quota asked for the wait.
   */
  readonly window: string;
  readonly until: number;
  /** Whether the quota is 0, so that no wait will help. One call in each window looks whether it still is. */
  readonly allowsNone?: true;
}

/** Workers that share a quota must not all come back in the same moment. */
const MAX_JITTER_MS = 1_000;
/** How long one that shares a window pauses between its last calls, at the most. */
const MAX_PAUSE_MS = 1_500;
/** A timer takes no more than this many milliseconds, almost 25 days. A longer wait ends then, with one call. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
/** Waits shorter than this are not worth a word. */
const WORTH_SAYING_MS = 2_000;

/**
 * Holds calls to the vendor's quotas, and to a number in flight at once. Sends what every window still allows, less what is in
 * flight; learns from each answer. `Retry-After` closes the gate: after a refusal nothing is sent until the vendor takes calls again.
 *
 * Until there has been an answer, calls go one at a time: where the key is wrong, one call finds that out.
 */
export class Pacer {
  readonly #io: Pick<Io, "sleep">;
  readonly #clock: SteadyClock;
  readonly #concurrency: number;
  readonly #random: () => number;
  readonly #onWait: (wait: Wait) => void;
  /** The calls that begin a record, and those that resume one: each kind has quotas of its own. */
  readonly #kinds: Readonly<Record<"beginning" | "resuming", CallKind>>;
  #answered = false;
  /** How often all calls were held since none could succeed. A call that was sent before that does not end it. */
  #breaks = 0;
  #gate: Wait = { window: "unknown", until: 0 };
  #saidUntil = 0;
  #changed = deferred();

  constructor(
    io: Pick<Io, "now" | "sleep">,
    concurrency: number,
    quotas: readonly QuotaDefinition[],
    onWait: (wait: Wait) => void = () => undefined,
    random: () => number = Math.random,
  ) {
    this.#io = io;
    this.#clock = new SteadyClock(io);
    this.#concurrency = concurrency;
    this.#kinds = {
      beginning: newKind(quotas.filter(({ ofResumed }) => ofResumed !== true)),
      resuming: newKind(quotas.filter(({ ofResumed }) => ofResumed === true)),
    };
    this.#onWait = onWait;
    this.#random = random;
  }

  /** How many calls are in the air. */
  get inFlight(): number {
    return this.#kinds.beginning.inFlight + this.#kinds.resuming.inFlight;
  }

  /** What the next call would wait for, and until when, even if none is in the air; `undefined` if it need not. */
  get gate(): Wait | undefined {
    const { beginning, resuming } = this.#kinds;
    for (const kind of resuming.waiting > 0 ? [resuming, beginning] : [beginning]) {
      const obstacle = this.#obstacle(kind);
      if (typeof obstacle !== "string") return this.#shown(obstacle);
    }
    return undefined;
  }

  /**
   * Makes a call as soon as the quota allows it.
   *
   * @param call makes the call; told apart from its result is what it says of the quota
   * @param options `resumes` if the call is what is left to do of a record: such calls go first
   * @throws whatever `call` throws, and the signal's reason if it is aborted before the call was made
   */
  async run<T>(
    signal: AbortSignal,
    call: () => Promise<{ result: T; report: CallReport }>,
    { resumes = false } = {},
  ): Promise<T> {
    const kind = this.#kinds[resumes ? "resuming" : "beginning"];
    await this.#enter(kind, signal);
    const sentAt = this.#clock.now();
    const breaks = this.#breaks;
    let report: CallReport = {};
    try {
      const done = await call();
      report = done.report;
      return done.result;
    } finally {
      kind.inFlight -= 1;
      this.#learn(kind, report, sentAt, breaks);
      this.#wake();
    }
  }

  /** Lets nothing through for so long, in milliseconds: no call could succeed. Then one call at a time. */
  breakFor(ms: number, window: "setup" | "outage" = "setup"): void {
    this.#answered = false;
    this.#breaks += 1;
    this.#gate = { window, until: this.#clock.now() + ms };
    this.#wake();
  }

  async #enter(kind: CallKind, signal: AbortSignal): Promise<void> {
    const before = kind.turn;
    const mine = deferred();
    kind.turn = mine.promise;
    kind.waiting += 1;
    try {
      await before;
      await this.#untilAllowed(kind, signal);
      // Counted before the next one looks.
      kind.inFlight += 1;
      for (const window of kind.windows.values()) window.sent();
    } finally {
      kind.waiting -= 1;
      mine.resolve();
      // Those that begin a record may have waited for this one.
      if (kind === this.#kinds.resuming && kind.waiting === 0) this.#wake();
    }
  }

  async #untilAllowed(kind: CallKind, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // The usual case, without a listener for each call.
    if (this.#obstacle(kind) === "none") return;

    const stop = () => {
      this.#wake();
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        signal.throwIfAborted();
        const wait = this.#obstacle(kind);
        if (wait === "none") return;
        const { promise } = this.#changed;
        await (wait === "busy" ? promise : this.#waitUntil(wait, promise));
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #obstacle(kind: CallKind): "none" | "busy" | Wait {
    const now = this.#clock.now();
    if (this.#gate.until > now) return this.#gate;
    const { inFlight } = this;
    const { beginning, resuming } = this.#kinds;
    let busy = inFlight >= this.#concurrency || (!this.#answered && inFlight > 0);
    // What is begun is finished first: a record that waits for its second call must not be joined by more and more of them.
    if (kind === beginning && resuming.waiting > 0) busy = true;
    let longest: Wait | undefined;
    for (const [name, window] of kind.windows) {
      const verdict = window.verdict(now, kind.inFlight);
      if (verdict.kind === "busy") busy = true;
      if (verdict.kind === "shut" && verdict.until > (longest?.until ?? 0))
        longest = this.#waitFor(name, verdict.until);
    }
    return longest ?? (busy ? "busy" : "none");
  }

  async #waitUntil(wait: Wait, changed: Promise<void>): Promise<void> {
    const now = this.#clock.now();
    const ms = wait.until - now;
    if (ms >= WORTH_SAYING_MS && wait.until > this.#saidUntil + WORTH_SAYING_MS) {
      this.#saidUntil = wait.until;
      this.#onWait(this.#shown(wait));
    }
    const over = new AbortController();
    const timerMs = Math.min(ms, MAX_TIMER_MS);
    const slept = this.#io.sleep(timerMs, over.signal).then(
      () => this.#clock.reached(now + timerMs),
      () => undefined,
    );
    await Promise.race([slept, changed]);
    over.abort();
  }

  #shown(wait: Wait): Wait {
    return { ...wait, until: this.#clock.shown(wait.until) };
  }

  #waitFor(window: string, until: number): Wait {
    const { beginning, resuming } = this.#kinds;
    const quota = beginning.windows.get(window) ?? resuming.windows.get(window);
    return { window, until, ...(quota?.allowsNone === true && { allowsNone: true }) };
  }

  #learn(kind: CallKind, report: CallReport, sentAt: number, breaks: number): void {
    const { windows } = kind;
    const { quota, answered = quota !== undefined, throttledForMs, brokenForMs, awayForMs, askedForMs } = report;
    const answeredAt = this.#clock.now();
    if (answered && breaks === this.#breaks) this.#answered = true;
    // An answer that tells of no window, a gateway's or a 401, tells nothing of them.
    if (quota !== undefined && [...windows.keys()].some((name) => (quota[name] ?? null) !== null)) {
      const pauseMs = Math.round((0.25 + 0.75 * this.#random()) * MAX_PAUSE_MS);
      const times: CallTimes = { sentAt, answeredAt, quietUntil: kind.quietUntil, pauseMs };
      for (const [name, window] of windows) window.answered(quota[name] ?? null, times, kind.inFlight);
      noteQuiet(kind);
    }
    if (brokenForMs !== undefined) this.breakFor(brokenForMs);
    if (awayForMs !== undefined) this.breakFor(boundedMs(awayForMs), "outage");
    if (askedForMs !== undefined) this.#shutFor(askedForMs, "asked", answeredAt);
    if (throttledForMs === undefined) return;
    // What is longer than any window is a slip: one call alone looks whether it is.
    this.#answered = throttledForMs < MAX_TIMER_MS;
    const end = answeredAt + boundedMs(throttledForMs);
    // The vendor tells when the window that stays shut the longest opens again.
    const [name, window] = [...windows].filter(([each]) => quota?.[each]?.left === 0).at(-1) ?? [];
    window?.endsAt(end);
    this.#shutFor(throttledForMs, name ?? "unknown", answeredAt);
    noteQuiet(kind);
  }

  /** Lets nothing through for as long as the vendor asked, and some jitter, unless a longer wait is under way. */
  #shutFor(ms: number, window: string, now: number): void {
    const until = now + Math.min(boundedMs(ms) + Math.round(this.#random() * MAX_JITTER_MS), MAX_TIMER_MS);
    if (until <= this.#gate.until) return;
    this.#gate = this.#waitFor(window, until);
  }

  #wake(): void {
    const changed = this.#changed;
    this.#changed = deferred();
    changed.resolve();
  }
}

/** Calls that are counted by quotas of their own. */
interface CallKind {
  /** By the names of the quotas, the shortest first. */
  readonly windows: ReadonlyMap<string, QuotaWindow>;
  inFlight: number;
  /** How many wait for their turn, or for the quota. */
  waiting: number;
  /** Until then no call was counted, since a window was shut. */
  quietUntil: number;
  /** Those who wait go in turn; only the first of them looks at the windows. */
  turn: Promise<void>;
}

function newKind(quotas: readonly QuotaDefinition[]): CallKind {
  const windows = new Map(quotas.map(({ name, lengthMs }) => [name, new QuotaWindow(lengthMs)]));
  return { windows, inFlight: 0, waiting: 0, quietUntil: 0, turn: Promise.resolve() };
}

/** Remembers until when a window that is used up keeps everybody's calls from being counted. */
function noteQuiet(kind: CallKind): void {
  kind.quietUntil = Math.max(kind.quietUntil, ...[...kind.windows.values()].map(({ quietUntil }) => quietUntil));
}

/** A time that was asked for, as one that a timer can hold. What is no number asks for nothing. */
function boundedMs(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), MAX_TIMER_MS);
}

interface Deferred {
  readonly promise: Promise<void>;
  resolve(): void;
}

function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
