import { fileURLToPath } from "node:url";

import type { Options } from "tsup";

const rootDir = fileURLToPath(new URL(".", import.meta.url));

/** Private packages become part of the packages that import them, types included. */
const PRIVATE = { "@datafly/safe-http": [`${rootDir}packages/safe-http/src/index.ts`] };

/** What the builds of all packages share: one entry, with types and source maps. */
export const libraryBuild = {
  entry: ["src/index.ts"],
  clean: true,
  sourcemap: true,
  treeshake: true,
  silent: true,
  noExternal: Object.keys(PRIVATE),
  dts: {
    // Project references need composite projects; a bundle of declarations must not be one.
    compilerOptions: { composite: false, incremental: false, emitDeclarationOnly: false, rootDir, paths: PRIVATE },
  },
} satisfies Options;
