import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs pnpm at the root and tells what it printed: the pnpm that runs this program, or else the one that is pinned. */
export async function pnpm(...args: readonly string[]): Promise<string> {
  const { packageManager } = JSON.parse(await readFile(`${root}/package.json`, "utf8")) as { packageManager: string };
  const runner = process.env.npm_execpath ?? "";
  const { stdout } = /pnpm\.[cm]?js$/.test(runner)
    ? await run(process.execPath, [runner, ...args], { cwd: root })
    : await run("npx", ["--yes", packageManager, ...args], { cwd: root, shell: process.platform === "win32" });
  return stdout;
}
