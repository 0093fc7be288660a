import { readFileSync } from "node:fs";

import type { BundleName } from "./sizes.js";

/** How big things may be. Whoever needs more says so by raising it. */
interface Budget {
  /** Each bundle, minified and gzipped, in bytes. */
  readonly bundles: Readonly<Record<BundleName, number>>;
  /** What an install of a package brings along, itself included. */
  readonly installs: Readonly<Partial<Record<string, { readonly packages: number; readonly megabytes: number }>>>;
}

/** The budget of this repository. */
export const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8")) as Budget;
