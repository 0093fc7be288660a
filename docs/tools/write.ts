// Writes the generated regions of all pages anew.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { generatedPages, regenerate } from "./regions.js";
import { root } from "./root.js";

for (const page of generatedPages()) {
  const path = join(root, page);
  const before = await readFile(path, "utf8");
  const after = await regenerate(page, before);
  if (after === before) continue;
  await writeFile(path, after);
  console.log(`written: ${page}`);
}
