import type { Folder } from "./folder.js";

/**
 * A module that kills its process by SIGKILL before or after its nth change to a file: half a step is before it, a whole one after.
 * Which one, `KILL_AT` says.
 */
const KILLER = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  let left = Number(process.env.KILL_AT);
  const step = () => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
  for (const name of ["linkSync", "unlinkSync"]) {
    const original = fs[name];
    fs[name] = (...args) => {
      step();
      const result = original(...args);
      step();
      return result;
    };
  }
  const around = (object, name) => {
    const original = object[name];
    object[name] = async function (...args) {
      step();
      const result = await original.apply(this, args);
      step();
      return result;
    };
  };
  for (const name of ["rename", "unlink"]) around(fs.promises, name);
  const handle = await fs.promises.open(process.execPath);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of ["appendFile", "writeFile", "write", "sync", "datasync"]) around(prototype, name);
  syncBuiltinESMExports();
`;

/** The environment in which the program kills itself at a step. */
export async function killedAt(folder: Folder, step: number): Promise<Record<string, string>> {
  const module = await folder.write("killer.mjs", KILLER);
  return { NODE_OPTIONS: `--import=${module}`, KILL_AT: String(step) };
}
