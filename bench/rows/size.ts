import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packAll } from "../../scripts/packed.js";
import { budget } from "../budget.js";
import { installAlone } from "../installs.js";
import { rowOf, type Effort, type Row } from "../row.js";
import { BUNDLES, sizeOf, type BundleName } from "../sizes.js";

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
        [budget.bundles[name] / 1000],
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
    for (const { name } of packed) {
      progress(`npm install of ${name}`);
      const { packages, bytes, ownBytes } = await installAlone(name, packed, folder);
      rows.push(
        rowOf(
          {
            id: `size.install.${name}`,
            what: `npm install ${name}`,
            unit: "MB",
            against: "its own files",
            note: `${packages} packages; the budget is ${budget.installs[name]?.packages} and ${budget.installs[name]?.megabytes} MB`,
          },
          [bytes / 1e6],
          [ownBytes / 1e6],
        ),
      );
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}
