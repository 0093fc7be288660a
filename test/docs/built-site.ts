import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll } from "vitest";

import { buildSite } from "../../docs/tools/site.js";

/** Builds the site for the tests of a file, and removes it after them. The function that is returned tells where it is. */
export function useBuiltSite(): () => string {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "signal-apollo-site-"));
    await buildSite(folder);
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}
