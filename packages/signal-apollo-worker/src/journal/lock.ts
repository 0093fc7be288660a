import { readFileSync } from "node:fs";
import { link, readFile, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

import { fileErrorReason, UsageError } from "../usage-error.js";

/** Keeps a second process from a journal. */
export interface Lock {
  release(): Promise<void>;
}

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * Takes the lock of a journal. One that a process has left behind, killed before it could let go, is taken over.
 *
 * @throws UsageError if another process holds it
 */
export async function takeLock(path: string): Promise<Lock> {
  const mine = `${path}.${process.pid}`;
  try {
    // Written first and put in place by a link, so that nobody ever sees a lock without its holder.
    await writeFile(mine, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder), { mode: 0o600 });
    if (!(await tryToLink(mine, path))) await takeOver(mine, path);
    return { release: () => unlink(path).catch(() => undefined) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot write ${path}: ${fileErrorReason(error)}.`);
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

/**
 * Takes a lock that a dead process has left behind. Under a lock of its own: of two that find the same lock left behind, the
 * second would otherwise remove the one that the first has just put in its place.
 */
async function takeOver(mine: string, path: string): Promise<void> {
  await refuseIfHeld(path);
  const takingOver = `${path}.takeover`;
  if (!(await tryToLink(mine, takingOver))) throw await heldBy(takingOver);
  try {
    await refuseIfHeld(path);
    await unlink(path).catch(() => undefined);
    if (!(await tryToLink(mine, path))) throw await heldBy(path);
  } finally {
    await unlink(takingOver).catch(() => undefined);
  }
}

async function refuseIfHeld(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== undefined && isAlive(holder)) throw await heldBy(path);
}

async function heldBy(path: string): Promise<UsageError> {
  const holder = await readHolder(path);
  const who = holder === undefined ? "" : ` (${holder.pid} on ${holder.host})`;
  return new UsageError(`Another process${who} is at work here. If that is not so, remove ${path}.`);
}

async function tryToLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** A process on another machine cannot be asked, so it counts as alive. One of our own number is a predecessor. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a process has ended, and only its parent has not asked for its exit code yet. Linux tells; elsewhere it is not. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before the state stands in brackets, and may hold any.
    return stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}
