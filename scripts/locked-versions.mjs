// Reads what `pnpm licenses list --json` prints, and prints a package.json that holds npm to these versions: those of the lockfile.
import { text } from "node:stream/consumers";

const installed = Object.values(JSON.parse(await text(process.stdin))).flat();
const overrides = {};
for (const { name, versions } of installed) {
  if (versions.length !== 1)
    throw new Error(`The lockfile has ${versions.length} versions of ${name}; npm can be held to one.`);
  overrides[name] = versions[0];
}
if (installed.length === 0) throw new Error("The lockfile has no dependencies.");
console.log(JSON.stringify({ private: true, overrides }, null, 2));
