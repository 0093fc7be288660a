import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { printable } from "./text/printable.js";
import { similarTo } from "./similar.js";

/** Where a file is not there: ` Did you mean leads.ndjson?`, if one of a similar name is; otherwise nothing. */
export async function similarFileHint(path: string, error: unknown): Promise<string> {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return "";
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const similar = similarTo(basename(path), names);
  return similar === undefined ? "" : ` Did you mean ${printable(folder === "." ? similar : join(folder, similar))}?`;
}
