// Lints the OpenAPI description with Redocly's strictest ruleset, without telemetry or a look for a newer version.
import { spawnSync } from "node:child_process";

const { status } = spawnSync(
  "redocly",
  ["lint", "--extends=recommended-strict", "packages/apollo-client/openapi/apollo.yaml"],
  {
    stdio: "inherit",
    shell: process.platform === "win32",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  },
);
process.exit(status ?? 1);
