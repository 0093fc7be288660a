import { defineConfig } from "tsup";

import { libraryBuild } from "../../tsup.base.js";

export default defineConfig({
  ...libraryBuild,
  entry: {
    index: "src/index.ts",
    http: "src/http/index.ts",
    "http/oauth": "src/http/oauth.ts",
    testing: "src/testing/index.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  // The tests of connectors run on Node. Whether anything else needs it is seen by `tsc`, which has no types of Node there.
  dts: { compilerOptions: { ...libraryBuild.dts.compilerOptions, types: ["node"] } },
});
