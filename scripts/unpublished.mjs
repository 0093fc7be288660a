// Prints the packages whose version npm does not have yet, in one line: release.yml publishes only if there are some.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../packages", import.meta.url));

function isPublished({ name, version }) {
  const { status, stdout, stderr } = spawnSync("npm", ["view", `${name}@${version}`, "version", "--json"], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  // Where npm has the package but not the version, it prints nothing, or, newer, the same error as without the package.
  const answer = stdout.trim() === "" ? undefined : JSON.parse(stdout);
  if (answer === version) return true;
  if (answer?.error?.code === "E404" || (answer === undefined && status === 0)) return false;
  console.error(`npm does not say whether it has ${name}@${version}:\n${stderr}${stdout}`);
  process.exit(1);
}

const manifests = readdirSync(folder).map((name) => JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")));
const missing = manifests.filter((manifest) => !manifest.private && !isPublished(manifest));
console.log(missing.map(({ name, version }) => `${name}@${version}`).join(" "));
