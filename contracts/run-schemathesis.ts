// Lets schemathesis, another tool's eyes, loose on the sandbox. Needs Python, and the version in requirements.txt; not part of `npm test`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { startSandbox } from "@datafly/apollo-sandbox";

const requirement = readFileSync(new URL("requirements.txt", import.meta.url), "utf8").trim();
const version = requirement.split("==")[1] ?? "";
const spec = fileURLToPath(import.meta.resolve("@datafly/apollo-client/openapi.yaml"));
const found = spawnSync("schemathesis", ["--version"], { encoding: "utf8" });
if (found.status !== 0 || !found.stdout.trim().endsWith(` ${version}`)) {
  const what = found.status === 0 ? `this is ${found.stdout.trim()}` : "schemathesis is not installed";
  console.log(`Nothing was run: ${what}. Run \`pip install ${requirement}\`.`);
  // Where it is asked for, nothing run is not a success.
  if (process.env.CI !== undefined) process.exitCode = 1;
} else {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  try {
    const child = spawn(
      "schemathesis",
      [
        ...["run", spec, "--url", sandbox.url, "--header", `X-Api-Key:${sandbox.apiKey}`],
        // Apollo ignores fields that it does not know, answers 404, not 405, to other methods, and 422, not 401, without a key.
        ...[
          "--checks",
          "all",
          "--exclude-checks",
          "negative_data_rejection,unsupported_method,positive_data_acceptance,ignored_auth",
        ],
        ...["--max-examples", "500", "--continue-on-failure", "--seed", "1", "--no-color"],
        ...process.argv.slice(2),
      ],
      { stdio: "inherit" },
    );
    await once(child, "close");
    process.exitCode = child.exitCode ?? 1;
  } finally {
    await sandbox.close();
  }
}
