import { join } from "node:path";

const isLinux = process.platform === "linux";

/**
 * The oldest Node that the packages support, and the newest of each line that is maintained. npm has all of these for Linux only. Elsewhere it
 * is the Node that runs the tests, and CI runs them on one of each line.
 */
export const NODE_VERSIONS = isLinux ? ["20.19.0", "22", "24", "26"] : [process.versions.node];

/** Where npm has those that are fetched: the name of each in a project of one's own, and what it stands for. */
export const NODE_PACKAGES = isLinux
  ? Object.fromEntries(NODE_VERSIONS.map((version) => [`node-${version}`, `npm:node-linux-${process.arch}@${version}`]))
  : {};

/** The program of a Node version, given the project into which it was fetched. */
export function nodeOf(version: string, project: string): string {
  return isLinux ? join(project, `node_modules/node-${version}/bin/node`) : process.execPath;
}

/** The oldest TypeScript that can read the packages' types, and the newest. */
export const TYPESCRIPT_VERSIONS = ["5.4", "7"] as const;
