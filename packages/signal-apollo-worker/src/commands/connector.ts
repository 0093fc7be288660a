import { APOLLO_BASE_URL, type ApolloClientOptions } from "@datafly/apollo-client";
import {
  createApolloConnector,
  SettingsError,
  type ApolloConnector,
  type PlanSettings,
} from "@datafly/signal-apollo-connector";
import type { Connector } from "@datafly/signal-connector-kit";

import { apolloConnector } from "../apollo-connector.js";
import type { Fetch } from "../http/dispatcher-fetch.js";
import type { Io } from "../io.js";
import { readPlanSettings, type PlanFlags } from "../plan-settings.js";
import { proxyOf } from "../proxy/proxy.js";
import { UsageError } from "../usage-error.js";

/** The options that say how events become contacts, and where Apollo is. */
export interface ConnectorFlags extends PlanFlags {
  readonly baseUrl?: string | undefined;
}

/** Checks the settings by which events are delivered, before anything is opened. */
export async function connectorOf(flags: ConnectorFlags, io: Io): Promise<ConnectorWithSettings> {
  const settings = await readPlanSettings(flags);
  const baseUrl = baseUrlOf(flags, io);
  const fetch = await fetchTo(baseUrl ?? APOLLO_BASE_URL, io);
  // The stream sends again by itself, so that consent is asked anew and the quota is kept each time.
  const client = { baseUrl, fetch, maxRetries: 0, runtime: { now: () => io.now() } };
  return { settings, connector: connect(settings, client, io) };
}

/** The same connector, in the form that the engine delivers with. */
export async function deliveryConnectorOf(flags: ConnectorFlags, io: Io): Promise<Connector> {
  const { connector, settings } = await connectorOf(flags, io);
  return apolloConnector(connector, settings);
}

/** Where Apollo is, if that is said anywhere. */
export function baseUrlOf({ baseUrl }: Pick<ConnectorFlags, "baseUrl">, { env }: Pick<Io, "env">): string | undefined {
  return baseUrl ?? (env.APOLLO_BASE_URL === "" ? undefined : env.APOLLO_BASE_URL);
}

/** What calls are made with. The whole of undici is loaded only if a proxy is named. */
async function fetchTo(baseUrl: string, io: Io): Promise<Fetch> {
  const proxy = proxyOf(io.env, baseUrl);
  if (proxy === undefined) return (await import("../http/direct-fetch.js")).directFetch();
  return (await import("../proxy/proxy-fetch.js")).proxyFetch(proxy);
}

/** A connector, and what it was made from. */
export interface ConnectorWithSettings {
  readonly settings: PlanSettings;
  readonly connector: ApolloConnector;
}

type ClientOptions = Omit<ApolloClientOptions, "apiKey">;

function connect(settings: PlanSettings, client: ClientOptions, io: Io): ApolloConnector {
  const apiKey = io.env.APOLLO_API_KEY;
  if (apiKey === undefined || apiKey === "") {
    throw new UsageError(
      "There is no API key. Set APOLLO_API_KEY to an Apollo key with the Create a Contact endpoint enabled. To try without an Apollo account, start apollo-sandbox and use what it prints.",
    );
  }
  try {
    return createApolloConnector({ ...settings, apiKey, client });
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
