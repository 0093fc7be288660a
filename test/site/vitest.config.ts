import { defineConfig } from "vitest/config";

import { sourceAliases } from "../../vitest.config.js";

// The site is built once, before all of these tests; other tests need no site and do not wait for it.
export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    globalSetup: "setup.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Names of tests are sentences, and are not cut off.
    chaiConfig: { truncateThreshold: 0 },
  },
});
