import { settingFields, type Connector } from "@datafly/signal-connector-kit";

import { apolloDefinition } from "../../../signal-apollo-worker/src/apollo-definition.js";
import { connectorOf } from "../../src/commands/connector.js";
import type { CommandIo, Io } from "../../src/io.js";
import { SIGNAL_APOLLO } from "../../../signal-apollo-worker/src/main.js";

/** What a command of `signal-apollo` is given, in a process of a test's own. */
export function inSignalApollo(io: Io): CommandIo {
  return {
    ...io,
    program: SIGNAL_APOLLO,
    definition: apolloDefinition,
    settings: settingFields(apolloDefinition.settings),
  };
}

/** The connector to Apollo, as the options and the environment of a delivery set it. */
export async function apolloConnectorOf(flags: object, io: CommandIo): Promise<Connector> {
  return (await connectorOf(flags, io)).connector;
}
