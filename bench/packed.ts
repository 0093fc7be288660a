import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const packages = fileURLToPath(new URL("../packages", import.meta.url));

/** Packs each package as it would be published, and tells the archive of each by its name, as `file:…`. */
export async function packAll(folder: string): Promise<Record<string, string>> {
  const packed: Record<string, string> = {};
  for (const name of await readdir(packages)) {
    const { stdout } = await run(process.env.npm_execpath ?? "pnpm", ["pack", "--json", "--pack-destination", folder], {
      cwd: join(packages, name),
    });
    const { name: packageName, filename } = JSON.parse(stdout) as { name: string; filename: string };
    packed[packageName] = `file:${filename}`;
  }
  return packed;
}
