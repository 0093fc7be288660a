import { createApolloClient, type ApolloClient, type ApolloClientOptions } from "@datafly/apollo-client";
import { getCountries, type CountryCode } from "libphonenumber-js/min";
import * as z from "zod";

import { blueprintSchema, type Blueprint } from "./blueprint.js";
import { isObject } from "./is-object.js";
import { checkValue } from "./issue.js";
import { SettingsError } from "./settings-error.js";

/**
 * What the plan of an event depends on, beside the event. Checked with the first event and not again: to change it, make another
 * object.
 */
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
 * @throws SettingsError that says what is wrong, and where
 */
export function checkPlanSettings(settings: unknown): PlanSettings {
  return check(planSettingsSchema, settings);
}

/**
 * Checks what an event is planned by, once for each object: a name that is misspelt must not pass unseen.
 *
 * @throws SettingsError that says what is wrong, and where
 */
export function checkOnce(settings: PlanSettings): void {
  if (isObject(settings) && checkedOnce.has(settings)) return;
  check(planSettingsOnceSchema, settings);
  checkedOnce.add(settings);
}

/**
 * Checks the settings of a connector, the key and the options of its client among them.
 *
 * @throws SettingsError that says what is wrong, and where
 */
export function checkConnectorSettings(settings: unknown): ConnectorSettings {
  return connect(settings).checked;
}

/**
 * Checks the settings of a connector and makes its client, which alone knows what its options may be.
 *
 * @throws SettingsError that says what is wrong, and where
 */
export function connect(settings: unknown): ConnectedSettings {
  const checked = check(connectorSettingsSchema, settings);
  const { apiKey, client: options, ...plan } = checked;
  try {
    return { checked, plan, client: createApolloClient({ ...options, apiKey }) };
  } catch (error) {
    // The message names the option.
    throw new SettingsError([{ path: "client", message: (error as Error).message }]);
  }
}

/** Settings of a connector that are right: what events are planned by, and the client that makes the calls. */
interface ConnectedSettings {
  readonly checked: ConnectorSettings;
  readonly plan: PlanSettings;
  readonly client: ApolloClient;
}

function check<T>(schema: z.ZodType<T>, settings: unknown): T {
  const checked = checkValue(schema, settings);
  if ("issues" in checked) throw new SettingsError(checked.issues);
  return checked.value;
}
