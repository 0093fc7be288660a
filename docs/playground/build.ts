import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = fileURLToPath(new URL("src", import.meta.url));

/**
 * Builds the playground, a page that works from a web server and from `file://` alike: `index.html`, `playground.js` and
 * `playground.css`.
 *
 * @param outFolder where to; made if it is not there
 * @throws if a source cannot be bundled, or a file cannot be written
 */
export async function buildPlayground(outFolder: string): Promise<void> {
  await build({
    entryPoints: [
      { in: join(source, "main.ts"), out: "playground" },
      { in: join(source, "playground.css"), out: "playground" },
    ],
    outdir: outFolder,
    bundle: true,
    minify: true,
    // A classic script: browsers load no modules from file://.
    format: "iife",
    target: "es2022",
    // The paths in it lead to the packages' sources, so that nothing has to be built first.
    tsconfig: join(root, "tsconfig.base.json"),
    // zod looks whether it may compile its checks; the page's policy forbids that, and the browser would report it.
    banner: { js: "globalThis.__zod_globalConfig={jitless:true};" },
    logLevel: "warning",
  });
  await copyFile(join(source, "index.html"), join(outFolder, "index.html"));
}
