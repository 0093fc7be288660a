import { createApolloClient, type ApolloClientOptions } from "@datafly/apollo-client";
import { getCountries, type CountryCode } from "libphonenumber-js/min";
import * as z from "zod";

import { blueprintSchema, type Blueprint } from "./blueprint.js";
import { isObject } from "./is-object.js";
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

const planSettingsSchema: z.ZodType<PlanSettings> = z.strictObject(planSettings);

/** A blueprint is checked where it is compiled, once as well. */
const planSettingsOnceSchema = z.strictObject({ ...planSettings, blueprint: z.unknown().optional() });
const checkedOnce = new WeakSet<object>();

const connectorSettingsSchema: z.ZodType<ConnectorSettings> = z.strictObject({
  ...planSettings,
  apiKey: z.string(),
  client: z
    .custom<ClientOptions>(
      (value) => isObject(value) && !Object.hasOwn(value, "apiKey"),
      "Expected options of the client, without the key",
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
 * Checks what an event is planned by, once for each object: a name that is misspelt must not pass unseen.
 *
 * @throws SettingsError that names everything that is wrong
 */
export function checkOnce(settings: PlanSettings): void {
  if (isObject(settings) && checkedOnce.has(settings)) return;
  check(planSettingsOnceSchema, settings);
  checkedOnce.add(settings);
}

/**
 * Checks the settings of a connector, the key and the options of its client among them.
 *
 * @throws SettingsError that names everything that is wrong
 */
export function checkConnectorSettings(settings: unknown): ConnectorSettings {
  const checked = check(connectorSettingsSchema, settings);
  const { apiKey, client } = checked;
  try {
    createApolloClient({ ...client, apiKey });
  } catch (error) {
    const { message } = error as Error;
    throw new SettingsError([{ path: message.startsWith("apiKey ") ? "apiKey" : "client", message }]);
  }
  return checked;
}

function check<T>(schema: z.ZodType<T>, settings: unknown): T {
  const checked = checkValue(schema, settings);
  if ("issues" in checked) throw new SettingsError(checked.issues);
  return checked.value;
}
