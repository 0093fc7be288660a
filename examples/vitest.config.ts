import { defineConfig } from "vitest/config";

// Without the aliases of the repository's own tests: the packages are used here as they are built, as you use them.
export default defineConfig({ test: { include: ["*.test.ts"] } });
