import { defineConfig } from "vitest/config";

import { sourceAliases } from "../../vitest.config.js";

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    root: import.meta.dirname,
    include: ["*.test.ts"],
    // One service at a time: a broker is a JVM.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { KAFKAJS_NO_PARTITIONER_WARNING: "1" },
    // Names of tests are sentences, and are not cut off.
    chaiConfig: { truncateThreshold: 0 },
  },
});
