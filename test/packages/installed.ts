import { join } from "node:path";

import { inject } from "vitest";

const installed = inject("installed");

/** The project in which the packages are installed, and the folder of what they are tried with. */
export const { project, tools } = installed ?? { project: "", tools: "" };

/** True where the packages could not be installed, since the registry cannot be reached. */
export const notInstalled = installed === null;

/** The program of an installed package. */
export const bins = {
  worker: join(project, "node_modules/@datafly/signal-apollo-worker/bin/signal-apollo.js"),
  sandbox: join(project, "node_modules/@datafly/apollo-sandbox/bin/apollo-sandbox.js"),
} as const;
