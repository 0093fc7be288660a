import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { project, tools } from "./installed.js";
import type { TYPESCRIPT_VERSIONS } from "./versions.js";

const run = promisify(execFile);

const STRICT = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
const PROGRAMS = ["application.mts", "application.cts", "embedded.mts"];

/**
 * Compiles the programs of a user. The types of the packages, and of all that they use, are checked, too.
 *
 * @returns what the compiler finds wrong
 */
export async function compile(
  version: (typeof TYPESCRIPT_VERSIONS)[number],
  ...options: readonly string[]
): Promise<string> {
  const compiler = join(tools, `node_modules/typescript-${version}/bin/tsc`);
  const args = [...STRICT, "--target", "es2022", "--types", "node", ...options, ...PROGRAMS];
  try {
    return (await run(process.execPath, [compiler, ...args], { cwd: project })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}` || String(error);
  }
}
