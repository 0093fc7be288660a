// Runs pnpm with the given arguments after installing the workspace from the frozen lockfile.
// A fresh machine has Node and npm only, so pnpm comes through npx, in the version that package.json pins.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager, engines } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [, oldestMajor, oldestMinor] = /(\d+)\.(\d+)/.exec(engines.node).map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(`This project needs Node ${engines.node}; this is Node ${process.versions.node}.`);
  process.exit(2);
}

function pnpm(...args) {
  const { status, error } = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error) console.error(`Could not run npx: ${error.message}. npx comes with npm; is npm installed?`);
  if (status !== 0) process.exit(status ?? 1);
}

console.log(`Installing with ${packageManager}…`);
pnpm("install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only");
pnpm(...process.argv.slice(2));
