import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A file with text for people in it. */
export interface Page {
  /** Its path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

const FOLDERS = [".", "docs", "contracts", "examples", "packages/*", "packages/*/src"];

/** The pages that people read: all Markdown. */
export const pages: readonly Page[] = FOLDERS.flatMap(expand).flatMap((folder) => read(folder, ".md"));

/** The sources of the packages, with the doc comments in them. */
export const sources: readonly Page[] = expand("packages/*/src").flatMap((folder) => read(folder, ".ts", true));

function expand(pattern: string): string[] {
  const [before, after] = pattern.split("*");
  if (before === undefined || after === undefined) return [pattern];
  return readdirSync(join(root, before)).map((name) => `${before}${name}${after}`);
}

function read(folder: string, extension: string, recursive = false): Page[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}
