import { readFileSync } from "node:fs";

import type { BundleName } from "./sizes.js";

/** How big each bundle may be, minified and gzipped, in bytes. Whoever needs more says so by raising it. */
export const budget = JSON.parse(readFileSync(new URL("budget.json", import.meta.url), "utf8")) as Readonly<
  Record<BundleName, number>
>;
