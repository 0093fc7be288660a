import { defineConfig } from "vitest/config";

import { sourceAliases } from "../vitest.config.js";

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    testTimeout: 60_000,
    // The names of tests are those of interactions: whole, so that a person can find them.
    chaiConfig: { truncateThreshold: 0 },
    // Pact's native core writes one file from all tests: one process, one test at a time.
    pool: "forks",
    fileParallelism: false,
    sequence: { concurrent: false },
    env: { PACT_DO_NOT_TRACK: "true" },
  },
});
