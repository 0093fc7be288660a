import { createDeliveryProgram, type ExitCode, type Io } from "@datafly/signal-delivery";

import { version } from "../package.json";
import { apolloDefinition } from "./apollo-definition.js";

/** The command line that people type, and the npm package that it comes in. */
export const SIGNAL_APOLLO = {
  name: "signal-apollo",
  packageName: "@datafly/signal-apollo-worker",
  version,
} as const;

const program = createDeliveryProgram(apolloDefinition, SIGNAL_APOLLO);

/**
 * Runs the command line.
 *
 * @param argv the arguments, without the program's own name
 * @param io what to read from and write to; the process by default
 * @returns the code to exit with. Never throws
 */
export function main(argv: readonly string[], io?: Io): Promise<ExitCode> {
  return program.main(argv, io);
}
