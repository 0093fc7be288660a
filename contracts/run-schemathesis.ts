// Lets schemathesis, another tool's eyes, loose on the sandbox. Needs Python and `pip install schemathesis`; not part of `npm test`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { startSandbox } from "@datafly/apollo-sandbox";

const spec = fileURLToPath(import.meta.resolve("@datafly/apollo-client/openapi.yaml"));
const found = spawnSync("schemathesis", ["--version"], { encoding: "utf8" });
if (found.status !== 0) {
  console.log("Nothing was run: schemathesis is not here. `pip install schemathesis` brings it.");
} else {
  const sandbox = await startSandbox({ plan: "unlimited", matchDelayMs: 0 });
  try {
    const child = spawn(
      "schemathesis",
      [
        ...["run", spec, "--url", sandbox.url, "--header", `X-Api-Key:${sandbox.apiKey}`],
        // Apollo ignores fields that it does not know, and answers 404, not 405, to other methods.
        ...[
          "--checks",
          "all",
          "--exclude-checks",
          "negative_data_rejection,unsupported_method,positive_data_acceptance",
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
