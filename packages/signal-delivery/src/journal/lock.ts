import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";

import { Interrupted } from "../interrupted.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { HaltError } from "../halt-error.js";
import { fateOf, thisProcess, type ProcessIdentity } from "./process-identity.js";

/** Keeps a second process from a journal. */
export interface Lock {
  /** Whether it was certainly ours a moment ago. If not, {@link Lock.confirm} it before anything is sent or written. */
  readonly isFresh: boolean;
  /**
   * Renews the lock and makes sure that it is still ours.
   *
   * @throws HaltError if it is not, or that cannot be found out; this stays so
   */
  confirm(): Promise<void>;
  /** Removes it, if it is still ours. */
  release(): Promise<void>;
}

/** What taking a lock may use. */
export interface LockOptions {
  /** Ends a wait. */
  readonly signal?: AbortSignal | undefined;
  /** Says what it waits for. */
  readonly say?: ((message: string) => Promise<void>) | undefined;
  /** Called once, when the lock is found not to be ours any more. */
  readonly onLost?: ((error: HaltError) => void) | undefined;
  /** Resolves after `ms` milliseconds; rejects when the signal is aborted. Default: the system's timer. */
  readonly sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Calls back every `ms` milliseconds, until the returned function is called. Default: a timer that keeps no process alive. */
  readonly every?: ((ms: number, task: () => void) => () => void) | undefined;
  /** Time that only grows, in milliseconds. Default: the system's. */
  readonly monotonicMs?: (() => number) | undefined;
}

/** Who holds a lock. */
interface Holder extends ProcessIdentity {
  /** Random, so that no two locks are the same. */
  readonly token: string;
}

/** A file as it was found in the place of a lock. */
interface Found {
  readonly content: string;
  readonly modifiedNs: bigint;
  readonly holder: Holder | undefined;
}

/** How often a holder renews its lock, in milliseconds. */
const BEAT_MS = 5_000;
/** A lock whose holder cannot be asked is dead after so long without a beat, in milliseconds. */
const WATCH_MS = 15_000;
/** How often it is looked at meanwhile, in milliseconds. */
const LOOK_MS = 1_000;
/** A holder that has not renewed its lock for so long may be about to lose it, in milliseconds: less than the others wait. */
const STALE_MS = 10_000;
/** What processes that were killed over a takeover have left behind is removed after so long, in milliseconds. */
const LEFTOVER_MS = 3_600_000;
/** No lock is longer than this, in bytes. */
const MAX_BYTES = 4_096;

/** The locks of this process. */
const heldHere = new Set<string>();

/**
 * Takes the lock of a journal. One that a dead process has left behind is taken over; where a process cannot be asked whether it
 * is alive, since it runs in another container or on another machine, it is dead after 15 s without a beat.
 *
 * @throws UsageError if another process holds it; Interrupted if the signal ends the wait
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const holder: Holder = { token: randomBytes(16).toString("hex"), ...thisProcess() };
  const taker = new Taker(path, holder, options);
  let file: FileHandle | undefined;
  try {
    // Written first and put in place by a link, so that nobody ever sees a lock without its holder.
    file = await open(taker.written, "wx+", 0o600);
    heldHere.add(holder.token);
    await file.writeFile(contentOf(holder, 0));
    await file.datasync();
    await taker.seize(path);
    removeLeftovers(path, holder.token);
    return new HeldLock(path, file, holder, options);
  } catch (error) {
    heldHere.delete(holder.token);
    await file?.close();
    if (error instanceof UsageError) throw error;
    if (options.signal?.aborted === true)
      throw new Interrupted(`Interrupted while waiting for ${path}; nothing was sent.`);
    throw new UsageError(`Cannot write ${path}: ${fileErrorReason(error)}.`);
  } finally {
    remove(taker.written);
  }
}

/** Takes a lock, by a link to a file that says who it is. */
class Taker {
  /** The file that is put in place. */
  readonly written: string;
  readonly #path: string;
  readonly #options: LockOptions;
  #said = false;

  constructor(path: string, { token }: Holder, options: LockOptions) {
    this.written = `${path}.${token}`;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Puts the file in the place of a lock. Nobody but who holds the claim to a dead lock removes it, and a claim is to one lock, by
   * its token. So a process that was slow to find a lock dead does not remove the one that another has put in its place. A
   * claim is a lock of its own: where a process is killed over a takeover, the next one takes over its claim.
   */
  async seize(name: string): Promise<void> {
    for (;;) {
      if (tryToLink(this.written, name)) return;
      const found = findLock(name);
      if (found === undefined || (await this.#judge(name, found)) === "changed") continue;
      const claim = `${this.#path}.takeover-${digestOf(found)}`;
      await this.seize(claim);
      try {
        // At one go, without letting others run: the shorter it takes, the better.
        if (!isSame(findLock(name), found)) continue;
        unlinkSync(name);
        if (tryToLink(this.written, name)) return;
      } finally {
        remove(claim);
      }
    }
  }

  /** @throws UsageError if its holder is alive */
  async #judge(name: string, found: Found): Promise<"dead" | "changed"> {
    const { holder } = found;
    if (holder !== undefined && heldHere.has(holder.token)) throw heldBy(name, holder);
    const fate = holder === undefined ? "unknown" : fateOf(holder);
    if (fate === "alive") throw heldBy(name, holder);
    return fate === "dead" ? "dead" : this.#watch(name, found);
  }

  /** Watches a lock whose holder cannot be asked. In many short waits: a machine that stands still does not count as time. */
  async #watch(name: string, found: Found): Promise<"dead" | "changed"> {
    const { sleep = wait, signal, say } = this.#options;
    if (!this.#said) {
      this.#said = true;
      await say?.(`Waiting up to ${WATCH_MS / 1000} s to see whether the process that holds ${name} is alive.`);
    }
    for (let waited = 0; waited < WATCH_MS; waited += LOOK_MS) {
      await sleep(LOOK_MS, signal);
      const now = findLock(name);
      if (isSame(now, found)) continue;
      if (now === undefined || now.holder?.token !== found.holder?.token) return "changed";
      throw heldBy(name, now.holder, ", in another container or on another machine");
    }
    return "dead";
  }
}

/** A lock that is ours, until another process finds it dead. */
class HeldLock implements Lock {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #holder: Holder;
  readonly #onLost: (error: HaltError) => void;
  readonly #monotonicMs: () => number;
  readonly #stopBeating: () => void;
  #beats = 0;
  /** When it was certainly ours, by both clocks: that of a machine that slept may have stood still. */
  #confirmedAt: { readonly monotonicMs: number; readonly timeMs: number };
  #confirming: Promise<void> | undefined;
  #lost: HaltError | undefined;
  #released: Promise<void> | undefined;

  constructor(
    path: string,
    file: FileHandle,
    holder: Holder,
    { onLost = () => undefined, every = repeat, monotonicMs = () => performance.now() }: LockOptions,
  ) {
    this.#path = path;
    this.#file = file;
    this.#holder = holder;
    this.#onLost = onLost;
    this.#monotonicMs = monotonicMs;
    this.#confirmedAt = this.#now();
    this.#stopBeating = every(BEAT_MS, () => {
      this.confirm().catch(() => undefined);
    });
  }

  get isFresh(): boolean {
    if (this.#lost !== undefined || this.#monotonicMs() - this.#confirmedAt.monotonicMs >= STALE_MS) return false;
    return Math.abs(Date.now() - this.#confirmedAt.timeMs) < STALE_MS;
  }

  confirm(): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    if (this.#released !== undefined) return Promise.resolve();
    return (this.#confirming ??= this.#confirm().finally(() => (this.#confirming = undefined)));
  }

  release(): Promise<void> {
    return (this.#released ??= this.#release());
  }

  async #confirm(): Promise<void> {
    const at = this.#now();
    try {
      // Into the file that we have open: if another one is in its place by now, that is not touched.
      await this.#file.write(contentOf(this.#holder, ++this.#beats), 0);
      await this.#file.datasync();
      if (!this.#isOurs()) throw this.#lose(`Another process has taken the lock ${this.#path}, or it was removed.`);
    } catch (error) {
      if (error instanceof HaltError) throw error;
      throw this.#lose(`Cannot renew the lock ${this.#path}: ${fileErrorReason(error)}.`);
    }
    this.#confirmedAt = at;
  }

  #lose(message: string): HaltError {
    const lost = new HaltError(message);
    this.#lost = lost;
    this.#stopBeating();
    this.#onLost(lost);
    return lost;
  }

  async #release(): Promise<void> {
    this.#stopBeating();
    await this.#confirming?.catch(() => undefined);
    try {
      if (this.#isOurs()) remove(this.#path);
    } catch {
      // What cannot be read is not removed either.
    }
    heldHere.delete(this.#holder.token);
    await this.#file.close().catch(() => undefined);
  }

  #isOurs(): boolean {
    return findLock(this.#path)?.holder?.token === this.#holder.token;
  }

  #now(): { readonly monotonicMs: number; readonly timeMs: number } {
    return { monotonicMs: this.#monotonicMs(), timeMs: Date.now() };
  }
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return sleepFor(ms, undefined, signal && { signal });
}

function repeat(ms: number, task: () => void): () => void {
  const timer = setInterval(task, ms);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Always of the same length, so that a beat writes over all of the one before. */
function contentOf(holder: Holder, beats: number): string {
  return `${JSON.stringify({ ...holder, beat: String(beats).padStart(10, "0") })}\n`;
}

/** What is in the place of a lock; `undefined` if nothing is. */
function findLock(name: string): Found | undefined {
  let file: number;
  try {
    // Not through a link, and without waiting for who opens the other end of a pipe. Windows has neither, and `undefined` here.
    file = openSync(name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw code === "ELOOP" ? notALock(name) : error;
  }
  try {
    const stat = fstatSync(file, { bigint: true });
    if (!stat.isFile()) throw notALock(name);
    const bytes = Buffer.alloc(MAX_BYTES);
    const content = bytes.toString("utf8", 0, readSync(file, bytes, 0, MAX_BYTES, 0));
    return { content, modifiedNs: stat.mtimeNs, holder: holderIn(content) };
  } finally {
    closeSync(file);
  }
}

const FIELDS = {
  token: (value) => typeof value === "string" && value !== "",
  pid: (value) => Number.isInteger(value) && Number(value) > 0,
  startTime: isTextOrNull,
  pidNamespace: isTextOrNull,
  bootId: isTextOrNull,
  host: (value) => typeof value === "string",
} as const satisfies Record<keyof Holder, (value: unknown) => boolean>;

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

/** Who holds a lock, as it says; `undefined` if it does not, or was written by an older version. */
function holderIn(content: string): Holder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Partial<Record<string, unknown>>;
  return Object.entries(FIELDS).every(([field, isRight]) => isRight(fields[field])) ? (value as Holder) : undefined;
}

/** Whether nothing has happened to a lock: no beat, and no other lock in its place. */
function isSame(one: Found | undefined, other: Found): boolean {
  return one?.content === other.content && one.modifiedNs === other.modifiedNs;
}

/** Names a lock, whichever beat it is at. */
function digestOf({ holder, content, modifiedNs }: Found): string {
  const named = holder?.token ?? `${modifiedNs} ${content}`;
  return createHash("sha256").update(named).digest("hex").slice(0, 32);
}

function heldBy(name: string, holder: Holder | undefined, where = ""): UsageError {
  const who = holder === undefined ? "" : ` (${holder.pid} on ${holder.host}${where})`;
  return new UsageError(`Another process${who} is at work here. If that is not so, remove ${name}.`);
}

function notALock(name: string): UsageError {
  return new UsageError(`${name} is not a lock, since it is not a file. Remove it.`);
}

function tryToLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is not there, or somebody else is to remove it.
  }
}

/**
 * Removes what dead processes have left beside a lock that we hold: files that were not yet in place, and claims. Not a claim to
 * our own lock: who has found that dead is about to take it.
 */
function removeLeftovers(path: string, token: string): void {
  const folder = dirname(path);
  const ours = `takeover-${digestOf({ holder: { token } as Holder, content: "", modifiedNs: 0n })}`;
  try {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${basename(path)}.`)) continue;
      const suffix = name.slice(basename(path).length + 1);
      if (!/^(takeover-)?[0-9a-f]{32}$/.test(suffix) || suffix === ours || suffix === token) continue;
      const leftover = join(folder, name);
      const holder = findLock(leftover)?.holder;
      const fate = holder === undefined ? "unknown" : heldHere.has(holder.token) ? "alive" : fateOf(holder);
      const isOld = fate === "unknown" && Date.now() - statSync(leftover).mtimeMs > LEFTOVER_MS;
      if (fate === "dead" || isOld) remove(leftover);
    }
  } catch {
    // They are in nobody's way.
  }
}
