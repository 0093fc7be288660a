import {
  createApolloConnector,
  SettingsError,
  type ApolloConnector,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";

import type { Io } from "../io.js";
import { readPlanSettings, type PlanFlags } from "../plan-settings.js";
import { UsageError } from "../usage-error.js";

/** The options that say how events become contacts, and where Apollo is. */
export interface ConnectorFlags extends PlanFlags {
  readonly baseUrl?: string | undefined;
}

/** Checks the settings by which events are delivered, before anything is opened. */
export async function connectorOf(flags: ConnectorFlags, io: Io): Promise<ConnectorWithSettings> {
  const settings = await readPlanSettings(flags);
  return { settings, connector: connect(settings, flags, io) };
}

/** A connector, and what it was made from. */
export interface ConnectorWithSettings {
  readonly settings: PlanSettings;
  readonly connector: ApolloConnector;
}

function connect(settings: PlanSettings, flags: ConnectorFlags, io: Io): ApolloConnector {
  const apiKey = io.env.APOLLO_API_KEY;
  if (apiKey === undefined || apiKey === "") {
    throw new UsageError(
      "There is no API key. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled. To try without an Apollo account, start apollo-sandbox and use what it prints.",
    );
  }
  const baseUrl = flags.baseUrl ?? (io.env.APOLLO_BASE_URL === "" ? undefined : io.env.APOLLO_BASE_URL);
  try {
    // The stream sends again by itself, so that consent is asked anew and the quota is kept each time.
    return createApolloConnector({
      ...settings,
      apiKey,
      client: { ...(baseUrl !== undefined && { baseUrl }), maxRetries: 0, runtime: { now: () => io.now() } },
    });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Each says by itself which option it is about.
    throw new UsageError(wordsOfTheShell(error.issues.map(({ message }) => message).join(" ")));
  }
}

/** The settings by the names that they have on the command line. */
export function wordsOfTheShell(message: string): string {
  return message.replace(/\bapiKey\b/g, "APOLLO_API_KEY").replace(/\bbaseUrl\b/g, "--base-url (or APOLLO_BASE_URL)");
}
