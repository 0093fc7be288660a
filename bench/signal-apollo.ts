import { fileURLToPath } from "node:url";

/** The command line of the worker, as it is built. */
export const signalApollo = fileURLToPath(import.meta.resolve("@datafly/signal-apollo-worker/bin/signal-apollo.js"));
