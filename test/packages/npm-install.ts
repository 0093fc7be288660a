import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const OFFLINE =
  /npm error code (E?AI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)/;

/** Without a registry, npm's own patience is minutes. */
const PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=500"];

/**
 * Installs packages with npm in a new, empty project, for the Node that runs this.
 *
 * @returns false if the registry cannot be reached
 */
export async function npmInstall(folder: string, dependencies: Record<string, string>): Promise<boolean> {
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  try {
    await run("npm", ["install", "--engine-strict", "--prefer-offline", "--no-audit", "--no-fund", ...PATIENCE], {
      cwd: folder,
      shell: process.platform === "win32",
    });
    return true;
  } catch (error) {
    if (OFFLINE.test(String(error))) return false;
    throw error;
  }
}
