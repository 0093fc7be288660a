import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const packages = [
  "safe-http",
  "apollo-client",
  "signal-connector-kit",
  "signal-apollo-connector",
  "signal-delivery",
  "signal-apollo-worker",
  "apollo-sandbox",
];

/** Further entries of packages, before the packages themselves, whose names they begin with. */
const entries = {
  "signal-connector-kit/http/oauth": "signal-connector-kit/src/http/oauth.ts",
  "signal-connector-kit/http": "signal-connector-kit/src/http/index.ts",
  "signal-connector-kit/testing": "signal-connector-kit/src/testing/index.ts",
};

/** Tests run on the sources; what a user installs is tested through the built command line. */
export const sourceAliases = Object.fromEntries(
  [...Object.entries(entries), ...packages.map((name) => [name, `${name}/src/index.ts`])].map(
    ([name = "", path = ""]) => [`@datafly/${name}`, fileURLToPath(new URL(`packages/${path}`, import.meta.url))],
  ),
);

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // What npm users get, what needs services, and the built site are tested with configurations of their own.
    exclude: ["**/node_modules/**", "test/packages/**", "test/services/**", "test/site/**"],
    testTimeout: 20_000,
    // Names of tests are sentences, and are not cut off.
    chaiConfig: { truncateThreshold: 0 },
  },
});
