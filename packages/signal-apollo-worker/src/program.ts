/** The command line that people type, and the npm package that it comes in. */
export const PROGRAM = { name: "signal-apollo", packageName: "@datafly/signal-apollo-worker" } as const;
