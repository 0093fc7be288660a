import type { ApolloClientOptions } from "@datafly/apollo-client";
import { getCountries, type CountryCode } from "libphonenumber-js/min";
import * as z from "zod";

import { blueprintSchema, type Blueprint } from "./blueprint.js";
import { checkValue } from "./issue.js";
import { SettingsError } from "./settings-error.js";

/** What the plan of an event depends on, beside the event. */
export interface PlanSettings {
  /**
   * "Deduplicate contacts": sends `run_dedupe: true`, so that Apollo updates the contact that matches instead of making
   * another one. It is also what makes repeats harmless.
   * @default true
   */
  readonly deduplicate?: boolean | undefined;
  /** The country of phone numbers that do not name theirs, in two letters: `US`. Without it such numbers are left out. */
  readonly defaultCountry?: CountryCode | undefined;
  /**
   * The mapping. Looked at once: not to be changed after its first use.
   * @default defaultBlueprint
   */
  readonly blueprint?: Blueprint | undefined;
}

/**
 * Options of the client, other than the key.
 *
 * @inline
 */
type ClientOptions = Omit<ApolloClientOptions, "apiKey">;

/** Settings of {@link createApolloConnector}. */
export interface ConnectorSettings extends PlanSettings {
  /** "API Key": an Apollo key with the Create a Contact endpoint enabled. */
  readonly apiKey: string;
  /** Options of the client that makes the calls: time-outs, repeats, another base URL. */
  readonly client?: ClientOptions | undefined;
}

const planSettings = {
  deduplicate: z.boolean().optional(),
  defaultCountry: z
    .custom<CountryCode>(
      (value) => (getCountries() as readonly unknown[]).includes(value),
      "Expected a country in two capital letters, for instance US",
    )
    .optional(),
  blueprint: blueprintSchema.optional(),
};

/** The names of the client's options. Their values are for the client to check. */
const CLIENT_OPTIONS: Readonly<Record<keyof ClientOptions, true>> = {
  baseUrl: true,
  timeoutMs: true,
  maxRetries: true,
  maxRetryAfterMs: true,
  fetch: true,
  logger: true,
  userAgent: true,
  runtime: true,
};

const planSettingsSchema: z.ZodType<PlanSettings> = z.strictObject(planSettings);

const connectorSettingsSchema: z.ZodType<ConnectorSettings> = z.strictObject({
  ...planSettings,
  apiKey: z.string(),
  client: z
    .custom<ClientOptions>(
      (value) => isObject(value) && Object.keys(value).every((name) => Object.hasOwn(CLIENT_OPTIONS, name)),
      `Expected options of the client: ${Object.keys(CLIENT_OPTIONS).join(", ")}`,
    )
    .optional(),
});

/**
 * Checks the settings of a plan, so that what is wrong with them shows before the first event.
 *
 * @throws SettingsError that names everything that is wrong
 */
export function checkPlanSettings(settings: unknown): PlanSettings {
  return check(planSettingsSchema, settings);
}

/**
 * Checks the settings of a connector.
 *
 * @throws SettingsError that names everything that is wrong
 */
export function checkConnectorSettings(settings: unknown): ConnectorSettings {
  return check(connectorSettingsSchema, settings);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function check<T>(schema: z.ZodType<T>, settings: unknown): T {
  const checked = checkValue(schema, settings);
  if ("issues" in checked) throw new SettingsError(checked.issues);
  return checked.value;
}
