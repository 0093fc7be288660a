import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which process it is, also for a process of another container or machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in ticks since the machine started; `null` where the system has no `/proc`. */
  readonly startTime: string | null;
  /** The PID namespace in which its number counts; `null` where the system has none. */
  readonly pidNamespace: string | null;
  /** Changes whenever the machine starts; `null` where the system does not tell. */
  readonly bootId: string | null;
  readonly host: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process;
  const host = hostname();
  // A /proc of another namespace shows other processes under our numbers.
  if (attempt(() => readlinkSync("/proc/self")) !== String(pid)) {
    return { pid, startTime: null, pidNamespace: null, bootId: null, host };
  }
  return {
    pid,
    startTime: procStatOf(pid)?.startTime ?? null,
    pidNamespace: attempt(() => readlinkSync("/proc/self/ns/pid")) ?? null,
    bootId: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? null,
    host,
  };
}

/**
 * Whether a process is alive. Certain only where its number counts here, too: on the same start of the same machine in the same
 * PID namespace, or, on a system without namespaces, on a host of the same name.
 */
export function fateOf(other: ProcessIdentity): "alive" | "dead" | "unknown" {
  const me = thisProcess();
  const isNamespaced = me.pidNamespace !== null || other.pidNamespace !== null;
  if (!isNamespaced && process.platform !== "linux") {
    if (other.host !== me.host) return "unknown";
    return other.pid !== me.pid && isThere(other.pid) ? "alive" : "dead";
  }
  const countsHere =
    other.startTime !== null &&
    me.bootId !== null &&
    other.bootId === me.bootId &&
    me.pidNamespace !== null &&
    other.pidNamespace === me.pidNamespace;
  if (!countsHere) return "unknown";
  if (!isThere(other.pid)) return "dead";
  const found = procStatOf(other.pid);
  // Hidden from us, or gone just now.
  if (found === undefined) return isThere(other.pid) ? "unknown" : "dead";
  // A zombie has ended, and only its parent has not asked for its exit code yet. Another start time: the number was reused.
  return found.state === "Z" || found.state === "X" || found.startTime !== other.startTime ? "dead" : "alive";
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function procStatOf(pid: number): { readonly state: string; readonly startTime: string } | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field, the name, is in brackets and may hold any characters; the state is the third field.
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  const startTime = rest[18];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
