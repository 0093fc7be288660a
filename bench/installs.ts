import { execFile } from "node:child_process";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { PackedPackage } from "../scripts/packed.js";

const run = promisify(execFile);

/** What an install of one package brings along. */
export interface Install {
  /** How many packages there are, itself among them. */
  readonly packages: number;
  /** The bytes of all their files. */
  readonly bytes: number;
  /** The bytes of its own files. */
  readonly ownBytes: number;
}

/** Installs one of the packed packages as a user does, with npm, in an empty project within a folder. */
export async function installAlone(name: string, packed: readonly PackedPackage[], folder: string): Promise<Install> {
  const project = join(folder, name.replace("/", "-"));
  await mkdir(project);
  // What is not published yet comes from here. The package itself is a dependency, which npm does not let be overridden.
  const others = packed.filter((other) => other.name !== name);
  const overrides = Object.fromEntries(others.map((other) => [other.name, `file:${other.filename}`]));
  const dependencies = Object.fromEntries(
    packed.filter((one) => one.name === name).map(({ filename }) => [name, `file:${filename}`]),
  );
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, dependencies, overrides }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--omit=optional"], {
    cwd: project,
    shell: process.platform === "win32",
  });
  const all = await weigh(join(project, "node_modules"));
  return { ...all, ownBytes: (await weigh(join(project, "node_modules", name))).bytes };
}

/** The bytes of all files in a folder, and how many packages are among them. */
async function weigh(folder: string): Promise<{ bytes: number; packages: number }> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  const packages = files.filter(
    ({ name, parentPath }) => name === "package.json" && /node_modules[\\/](@[^\\/]+[\\/])?[^\\/@]+$/.test(parentPath),
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: packages.length };
}
