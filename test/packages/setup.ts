import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { unless } from "../../packages/signal-delivery/test/support/unless.js";
import { packAll, type PackedPackage } from "../../scripts/packed.js";
import { npmInstall } from "./npm-install.js";
import { NODE_PACKAGES, TYPESCRIPT_VERSIONS } from "./versions.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The packages, packed. */
    readonly packed: PackedPackage[];
    /** Where they are installed, and what to try them with; null where the registry could not be reached. */
    readonly installed: { readonly project: string; readonly tools: string } | null;
  }
}

/** Packs the packages, and installs them in a project of their own, as a user does. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-packages-"));
  const packed = await packAll(folder);
  provide("packed", packed);

  const project = join(folder, "project");
  const tools = join(folder, "tools");
  const installed =
    (await npmInstall(project, {
      ...Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${filename}`])),
      "@types/node": "20",
    })) &&
    (await npmInstall(tools, {
      ...NODE_PACKAGES,
      ...Object.fromEntries(
        TYPESCRIPT_VERSIONS.map((version) => [`typescript-${version}`, `npm:typescript@${version}`]),
      ),
    }));
  if (installed) {
    const programs = join(import.meta.dirname, "programs");
    // One text, compiled as an ES module and as CommonJS.
    await copyFile(join(programs, "application.ts"), join(project, "application.mts"));
    await copyFile(join(programs, "application.ts"), join(project, "application.cts"));
    await copyFile(join(programs, "embedded.ts"), join(project, "embedded.mts"));
  } else {
    console.warn(`What needs the packages to be installed${unless(false, "the registry cannot be reached")}.`);
  }
  provide("installed", installed ? { project, tools } : null);
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
