import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a program left behind. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to end, in milliseconds. */
  readonly tookMs: number;
  /** How long it kept a core busy, in milliseconds, all of its threads together. */
  readonly cpuMs: number;
  /** The most memory that it had, in bytes. */
  readonly peakBytes: number;
}

const reportUsage = fileURLToPath(new URL("report-usage.cjs", import.meta.url));
const USED = /\nused (\d+) (\d+)\n$/;

/** How to run a program. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly keepOutput?: boolean;
  /** Aborted to ask it to end. */
  readonly stop?: AbortSignal;
}

/** Runs a Node program to its end, or until it is stopped. What it prints on standard output is kept only if asked for. */
export async function runNode(
  args: readonly string[],
  { env = {}, keepOutput = false, stop }: RunOptions = {},
): Promise<Ended> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--require", reportUsage, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const onStop = () => child.kill("SIGTERM");
  stop?.addEventListener("abort", onStop);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (keepOutput) stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-10_000)));
  const [exitCode] = (await once(child, "close")) as [number | null];
  const tookMs = performance.now() - startedAt;
  stop?.removeEventListener("abort", onStop);
  const [, peakKiB = NaN, cpuUs = NaN] = USED.exec(stderr) ?? [];
  return {
    exitCode,
    stdout,
    stderr: stderr.replace(USED, ""),
    tookMs,
    cpuMs: Number(cpuUs) / 1000,
    peakBytes: Number(peakKiB) * 1024,
  };
}

/** @throws what a program said at its end, if that was not a good one */
export function succeed(ended: Ended): Ended {
  if (ended.exitCode === 0) return ended;
  throw new Error(`It ended with ${ended.exitCode}: ${ended.stderr}`);
}

/** A sandbox in a process of its own, so that it does not take the time of what is measured. */
export interface SandboxProcess {
  readonly url: string;
  readonly apiKey: string;
  close(): Promise<void>;
}

/** Starts a sandbox without limits and without delay: the one of this repository, or another one, on the Node of your choice. */
export async function startSandboxProcess({
  node = process.execPath,
  bin = fileURLToPath(import.meta.resolve("@datafly/apollo-sandbox/bin/apollo-sandbox.js")),
}: { node?: string; bin?: string } = {}): Promise<SandboxProcess> {
  const server = await startServer(node, [bin, "--port", "0", "--plan", "unlimited", "--match-delay", "0"]);
  return { ...server, apiKey: "sandbox-key" };
}

/** A server in a process of its own. */
export type ServerProcess = Omit<SandboxProcess, "apiKey">;

/** Starts a server that gives the same answer to every call, and costs next to nothing. */
export function startFixedAnswer(): Promise<ServerProcess> {
  return startServer(process.execPath, [fileURLToPath(new URL("fixed-answer.mjs", import.meta.url))]);
}

async function startServer(node: string, args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(node, args, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await greetedUrl(child);
  return {
    url,
    close: async () => {
      const ended = once(child, "close");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function greetedUrl({ stdout }: ChildProcess): Promise<string> {
  let greeting = "";
  for await (const chunk of stdout ?? []) {
    greeting += String(chunk);
    const url = /http:\/\/\S+\/api\/v1/.exec(greeting)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`The server did not start: ${greeting}`);
}
