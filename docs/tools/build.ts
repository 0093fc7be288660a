// Builds the documentation site into `docs/site`, or into another folder that is given.
import { join, resolve } from "node:path";

import { root } from "./root.js";
import { buildSite } from "./site.js";

const outFolder = resolve(process.argv[2] ?? join(root, "docs/site"));
try {
  await buildSite(outFolder);
  console.log(`The site is in ${outFolder}. npm run docs:serve shows it.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
