import { createDeliveryProgram } from "@datafly/signal-delivery";

import { connector } from "./connector.js";

const program = createDeliveryProgram(connector, {
  name: "signal-pelican",
  packageName: "signal-pelican",
  version: "1.0.0",
});
process.exitCode = await program.main(process.argv.slice(2));
