import { SettingsError, type Connector, type ConnectorTools, type Planner } from "@datafly/signal-connector-kit";

import type { Fetch } from "../http/dispatcher-fetch.js";
import type { CommandIo } from "../io.js";
import { readBlueprintFile } from "../blueprint-file.js";
import {
  addressOf,
  readPlanningSettings,
  readSettings,
  wordsOfTheShell,
  type Settings,
} from "../connector-settings.js";
import { proxyOf } from "../proxy/proxy.js";
import type { RecordLink } from "../report/result-line.js";
import { UsageError } from "../usage-error.js";

/** The options by which events are decided about, beside the connector's own. */
export interface PlanFlags {
  /** The path of a blueprint. */
  readonly blueprint?: string | undefined;
}

/** What decides about events, and what it was made from. */
export interface PlannerWithSettings {
  readonly planner: Planner;
  readonly settings: Settings;
  readonly blueprint: unknown;
}

/** A connector, and where its records can be seen. */
export interface ConnectorWithLink {
  readonly connector: Connector;
  readonly link: RecordLink | undefined;
}

/**
 * Makes what decides about events. Needs no key.
 *
 * @throws UsageError if a setting or the file of a blueprint is wrong
 */
export async function plannerOf(flags: PlanFlags, io: CommandIo): Promise<PlannerWithSettings> {
  const { definition } = io;
  const settings = readPlanningSettings(flags, io);
  const blueprint =
    flags.blueprint === undefined ? definition.blueprint.default : await readBlueprintFile(flags.blueprint, io);
  return { planner: inWords(io, () => definition.plan(settings, blueprint)), settings, blueprint };
}

/**
 * Makes the connector that delivers, before anything is opened.
 *
 * @throws UsageError if a setting, the file of a blueprint or the proxy's address is wrong
 */
export async function connectorOf(flags: PlanFlags, io: CommandIo): Promise<ConnectorWithLink> {
  // First what previews need, too, so that it is not hidden by a key that is missing.
  const { blueprint } = await plannerOf(flags, io);
  const settings = readSettings(flags, io);
  return { connector: await connect(settings, blueprint, io), link: io.definition.words?.recordLink?.(settings) };
}

/** Makes a connector of settings that have been checked. */
export async function connect(settings: Settings, blueprint: unknown, io: CommandIo): Promise<Connector> {
  const tools: ConnectorTools = { fetch: await fetchTo(addressOf(settings, io), io), now: () => io.now() };
  return inWords(io, () => io.definition.connect(settings, blueprint, tools));
}

/** What calls are made with. The whole of undici is loaded only if a proxy is named. */
async function fetchTo(address: string | undefined, io: CommandIo): Promise<Fetch> {
  const proxy = proxyOf(io.env, address ?? "https://localhost");
  if (proxy === undefined) return (await import("../http/direct-fetch.js")).directFetch();
  return (await import("../proxy/proxy-fetch.js")).proxyFetch(proxy);
}

function inWords<T>(io: CommandIo, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Each names the setting that it is about.
    throw new UsageError(wordsOfTheShell(error.issues.map(({ message }) => message).join(" "), io));
  }
}
