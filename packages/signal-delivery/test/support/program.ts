import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

/** The program as it is installed. */
const signalApollo = fileURLToPath(new URL("../../../signal-apollo-worker/bin/signal-apollo.js", import.meta.url));

const built = fileURLToPath(new URL("../../../signal-apollo-worker/dist/index.js", import.meta.url));

/** What a process printed, and what it ended with. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program is started with. */
export interface ProgramOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** A command, with its arguments, that runs the program. */
  readonly before?: readonly string[];
}

/** Starts the built program as a process of its own, ended with the test. */
export function startProgram(
  argv: readonly string[],
  { before = [], ...options }: ProgramOptions = {},
): { process: ChildProcessWithoutNullStreams; ended: Promise<ProcessEnd> } {
  const [command = process.execPath, ...rest] = [...before, process.execPath, signalApollo, ...argv];
  return startProcess(command, rest, options);
}

/** Starts Node as a process of its own, ended with the test. */
export function startNode(
  argv: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): { process: ChildProcessWithoutNullStreams; ended: Promise<ProcessEnd> } {
  return startProcess(process.execPath, argv, options);
}

/** Starts a shell that knows the program as `signal_apollo`. */
export function startShell(
  script: string,
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): { process: ChildProcessWithoutNullStreams; ended: Promise<ProcessEnd> } {
  return startProcess(
    "sh",
    ["-c", `signal_apollo() { '${process.execPath}' '${signalApollo}' "$@"; }\n${script}`],
    options,
  );
}

function startProcess(
  command: string,
  argv: readonly string[],
  { env = {}, cwd }: { readonly env?: Record<string, string>; readonly cwd?: string },
) {
  if (!existsSync(built)) throw new Error(`${built} is missing. Build before testing: pnpm run build`);
  const child = spawn(command, argv, { env: { PATH: process.env.PATH, ...env }, ...(cwd !== undefined && { cwd }) });
  onTestFinished(() => void child.kill("SIGKILL"));
  // A program that ends before it has read everything is no error of the test.
  child.stdin.on("error", () => undefined);
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const end = async (): Promise<ProcessEnd> => {
    const [stdout, stderr] = await Promise.all([
      text(child.stdout).catch(() => ""),
      text(child.stderr).catch(() => ""),
    ]);
    return { exitCode: await exited, stdout, stderr };
  };
  return { process: child, ended: end() };
}
