import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { pnpm } from "../../scripts/pnpm.js";
import { PUBLISHED_URL, REPOSITORY } from "./published.js";
import { startSiteServer } from "./site-server.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder of the built site. */
    readonly siteFolder: string;
    /** The address of the site on 127.0.0.1, without a slash at its end. */
    readonly siteUrl: string;
  }
}

/** Builds the site as the workflow does, and shows it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "signal-apollo-site-"));
  process.env.DOCS_URL = PUBLISHED_URL;
  process.env.DOCS_REPOSITORY = REPOSITORY;
  await pnpm("run", "docs:build", "--outDir", folder);
  const server = await startSiteServer(folder, new URL(PUBLISHED_URL).pathname);
  provide("siteFolder", folder);
  provide("siteUrl", server.url);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
