import type { Options } from "tsup";

/** What the builds of all packages share: one entry, with types and source maps. */
export const libraryBuild = {
  entry: ["src/index.ts"],
  clean: true,
  sourcemap: true,
  treeshake: true,
  silent: true,
  // Project references need composite projects; a bundle of declarations must not be one.
  dts: { compilerOptions: { composite: false, incremental: false, emitDeclarationOnly: false } },
} satisfies Options;
