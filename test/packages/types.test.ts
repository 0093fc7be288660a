import { expect, test } from "vitest";

import { notInstalled } from "./installed.js";
import { compile } from "./typescript.js";
import { TYPESCRIPT_VERSIONS } from "./versions.js";

/** The ways in which TypeScript finds a package's types, each with the kind of modules that goes with it. */
const RESOLUTIONS = [
  ["node16", "node16"],
  ["nodenext", "nodenext"],
  ["bundler", "esnext"],
] as const;

const combinations = TYPESCRIPT_VERSIONS.flatMap((version) =>
  RESOLUTIONS.map(([moduleResolution, module]) => [version, moduleResolution, module] as const),
);

test.skipIf(notInstalled).each(combinations)(
  "the programs of a user compile with TypeScript %s, strict, with moduleResolution %s",
  async (version, moduleResolution, module) => {
    expect(await compile(version, "--noEmit", "--moduleResolution", moduleResolution, "--module", module)).toBe("");
  },
);
