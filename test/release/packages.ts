import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../pages.js";

/** What a test of the release looks at in a `package.json`. */
export interface Manifest {
  readonly version: string;
  readonly private?: boolean;
  readonly packageManager?: string;
  readonly exports?: Readonly<
    Record<string, string | { readonly types?: string; readonly import?: { readonly types: string } }>
  >;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The packages that are published: the name of each without its scope, and its folder. */
export const packages = readdirSync(join(root, "packages"))
  .map((name) => ({ name, folder: join(root, "packages", name) }))
  .filter(({ folder }) => readManifest(folder).private !== true);

/** Reads the `package.json` of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
