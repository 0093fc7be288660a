import { defineConfig } from "vitest/config";

// Without the aliases of the repository's own tests: the packages are used here as they are published.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    globalSetup: "setup.ts",
    testTimeout: 120_000,
    // Names of tests are sentences, and are not cut off.
    chaiConfig: { truncateThreshold: 0 },
  },
});
