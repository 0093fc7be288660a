import type { Fetch } from "@datafly/safe-http";
import type * as z from "zod";

import type { Connector, Planner } from "./connector.js";
import type { Finding, TroubleshootingRow } from "./finding.js";
import type { Vendor } from "./vendor.js";

/** What a program hands to a connector for its calls. */
export interface ConnectorTools {
  /** The `fetch` to call with, which goes through the proxy that the environment names. Absent if it names none: then the global one. */
  readonly fetch?: Fetch | undefined;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** The blueprints of a connector: the mapping as data. */
export interface BlueprintDefinition<Blueprint = unknown> {
  /** Signal's own blueprint for this vendor. Used unless a person brings another one. */
  readonly default: Blueprint;
  /**
   * Checks a blueprint that a person wrote.
   *
   * @throws SettingsError that says what is wrong; the path of each issue begins with `blueprint`
   */
  check(value: unknown): Blueprint;
  /** The JSON Schema (draft 2020-12) of a blueprint, for editors. Each call returns a new object. */
  jsonSchema(): Record<string, unknown>;
  /** The comment above each part of the blueprint that `init` writes, line by line. Default: the part's description in the JSON Schema. */
  readonly comments?: Readonly<Partial<Record<string, readonly string[]>>> | undefined;
}

/**
 * A connector as data and functions, before anybody has given it settings: all that a delivery program is made from. The command line's
 * options, the checks at the start, `--help`, JSON Schemas for editors and the entry in Signal's catalogue come from it.
 *
 * @typeParam Settings the zod schema of the settings
 * @typeParam Blueprint the mapping
 * @typeParam Payload what is sent of an event
 */
export interface ConnectorDefinition<
  Settings extends z.ZodObject = z.ZodObject,
  Blueprint = unknown,
  Payload = unknown,
> {
  /** The vendor's name and words. `vendor.connector` is the connector's id in the catalogue. */
  readonly vendor: Vendor;
  /** The vendor's name in full, for catalogues: `Acme CRM`. Default: `vendor.name`. */
  readonly title?: string | undefined;
  /** The settings: **one** zod object, each of its fields made with {@link setting}. */
  readonly settings: Settings;
  /** The blueprints. */
  readonly blueprint: BlueprintDefinition<Blueprint>;
  /** Where calls go. Absent if each customer has an address of their own and a setting is not used for it. */
  readonly address?:
    | {
        /** The vendor's own address: the URL below which all calls are. */
        readonly url: string;
        /** The name of the setting that replaces it, for a gateway or a sandbox. */
        readonly setting?: string | undefined;
      }
    | undefined;
  /**
   * Makes what decides about events. Does no I/O and needs no secret.
   *
   * @param settings those that are used for planning, checked and with their defaults; no others
   * @throws SettingsError if they do not fit together
   */
  plan(settings: Partial<z.output<Settings>>, blueprint: Blueprint): Planner<Payload>;
  /**
   * Makes what decides about events and delivers them. Does no I/O yet.
   *
   * @param settings all of them, checked and with their defaults
   * @throws SettingsError if they do not fit together, or a value is not a valid key, address, …
   */
  connect(settings: z.output<Settings>, blueprint: Blueprint, tools: ConnectorTools): Connector<Payload>;
  /** What only this vendor's program says. */
  readonly words?: VendorWords<Settings, Blueprint> | undefined;
}

/** What a program says beside what holds for every vendor. Every part is optional. */
export interface VendorWords<Settings extends z.ZodObject = z.ZodObject, Blueprint = unknown> {
  /** A server for trials without an account: what starts it, what it is, and the environment in which a delivery goes to it. */
  readonly trial?:
    { readonly command: string; readonly title: string; readonly env: Readonly<Record<string, string>> } | undefined;
  /** The events that `init` writes as examples. Default: events of Signal's own examples, one for each decision. */
  readonly examples?: readonly object[] | undefined;
  /** A sentence for `check` on what settings mean for events, to follow which events are delivered. */
  settingsNote?(settings: Partial<z.output<Settings>>): string | undefined;
  /** Further findings of `check` on what settings mean, before anything is called. */
  findings?(settings: Partial<z.output<Settings>>, blueprint: Blueprint): readonly Finding[];
  /** What no check can know, since only a delivery shows it. */
  unknown?(settings: Partial<z.output<Settings>>): readonly Finding[];
  /** What the help says of `check --probe-scope`, if the connector has `probeScope`. */
  readonly probeScope?: string | undefined;
  /** What `init` asks a person: a setting that has choices and an option. The first choice is the default. */
  readonly question?: { readonly setting: string; readonly text: string } | undefined;
  /** The rows of the vendor's troubleshooting table, by the checks and the failure reasons that they fit: `key`, `invalid_api_key`. */
  readonly troubleshooting?: Readonly<Partial<Record<string, TroubleshootingRow>>> | undefined;
  /** Which failure reason an HTTP status of the vendor means, for `explain`. */
  readonly statuses?: Readonly<Record<number, string>> | undefined;
  /** Which failure reason each error class means, for `explain`, and where those classes are from. */
  readonly errors?: { readonly title: string; readonly reasons: Readonly<Record<string, string>> } | undefined;
  /** The page of a record in the vendor's user interface, by its id. `undefined` if these settings lead to another server. */
  recordLink?(settings: Partial<z.output<Settings>>): ((recordId: string) => string) | undefined;
  /** What to do at the vendor when a person asks to be forgotten. Default: delete the record there. */
  readonly forget?: string | undefined;
}
