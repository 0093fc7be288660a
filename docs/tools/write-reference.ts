// Writes the pages of the site that are generated and not in the repository: the API reference and the changelog.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { GENERATED_FOLDER } from "../.vitepress/pages.js";
import { changelog } from "./changelog.js";
import { writeReference } from "./reference.js";
import { root } from "./root.js";

try {
  await writeReference();
  await writeFile(join(root, GENERATED_FOLDER, "changelog.md"), changelog());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
