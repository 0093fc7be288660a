import { readFileSync } from "node:fs";
import { extname, join } from "node:path";

import { root } from "../root.js";

/** A whole file of the repository as a block of code. The reader is told where it stands by the page. */
export function sourceFile(path: string): string {
  const language = extname(path).slice(1);
  return `\`\`\`${language}\n${readFileSync(join(root, path), "utf8").trim()}\n\`\`\``;
}
