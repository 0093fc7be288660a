import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { packAll } from "../../scripts/packed.js";
import { budget } from "../budget.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { BUNDLES, sizeOf, type BundleName } from "../sizes.js";

const run = promisify(execFile);

/** How big it is: bundles against their budget, and what an install brings along. */
export async function sizeRows({ quick, progress }: Effort): Promise<Row[]> {
  progress("bundles");
  const names = Object.keys(BUNDLES) as BundleName[];
  const bundles = await Promise.all(
    names.map(async (name) => {
      const { minified, gzipped } = await sizeOf(name);
      return rowOf(
        {
          id: `size.${name}`,
          what: `${BUNDLES[name].what}, minified and gzipped`,
          unit: "kB",
          against: "its budget",
          goal: { atMost: 1 },
          note: `${(minified / 1000).toFixed(1)} kB minified`,
        },
        [gzipped / 1000],
        [budget[name] / 1000],
      );
    }),
  );
  return quick ? bundles : [...bundles, ...(await installRows(progress))];
}

/** Installs each package as a user does, into an empty folder. */
async function installRows(progress: Effort["progress"]): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-install-"));
  try {
    const packed = await packAll(folder);
    const rows: Row[] = [];
    for (const { name, filename } of packed) {
      progress(`npm install of ${name}`);
      const project = join(folder, name.replace("/", "-"));
      await mkdir(project);
      // What is not published yet comes from here. The package itself is a dependency, which npm does not let be overridden.
      const others = packed.filter((other) => other.name !== name);
      const overrides = Object.fromEntries(others.map((other) => [other.name, `file:${other.filename}`]));
      await writeFile(join(project, "package.json"), JSON.stringify({ private: true, overrides }));
      await run("npm", ["install", "--no-audit", "--no-fund", "--omit=optional", `file:${filename}`], {
        cwd: project,
        shell: process.platform === "win32",
      });
      const { bytes, packages } = await weigh(join(project, "node_modules"));
      rows.push(
        rowOf(
          {
            id: `size.install.${name}`,
            what: `npm install ${name}`,
            unit: "MB",
            against: "its own files",
            note: `${packages} packages`,
          },
          [bytes / 1e6],
          [(await weigh(join(project, "node_modules", name))).bytes / 1e6],
        ),
      );
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
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
