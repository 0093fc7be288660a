import { createApolloClient, type ApolloClient, type ApolloClientOptions } from "@datafly/apollo-client";
import * as z from "zod";
import {
  checkValue,
  compilePlan,
  isCountryCode,
  isObject,
  ownCopy,
  SettingsError,
  withoutInherited,
  type CompiledPlan,
  type CountryCode,
} from "@datafly/signal-connector-kit";

import { blueprintSchema, type Blueprint } from "./blueprint.js";
import { CONTACT } from "./contact-fields.js";
import { defaultBlueprint } from "./default-blueprint.js";

/** What becomes of the lists that a matching contact is on. */
export type LabelMode = (typeof LABEL_MODES)[number];

/** Every {@link LabelMode}, the default first. */
export const LABEL_MODES = Object.freeze(["replace", "add"] as const);

/**
 * What the decision about an event depends on, beside the event. Checked and copied with the first event that an object is used
 * for; a later change of it, or of the blueprint in it, has no effect. Use one object for all events: each new one is checked
 * again.
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
   * What becomes of the lists that a matching contact is on. `replace` sends `label_names` with the contact: it is then on the lists of
   * its last event, and on no others. `add` sends the contact without them, and adds it to the lists in a second call, which takes it
   * off none. That call needs the key scope *Add Records to a List* and has a quota of its own. The decision is the same.
   * @default "replace"
   */
  readonly labels?: LabelMode | undefined;
  /**
   * The mapping.
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
    .custom<CountryCode>(isCountryCode, "Expected a country in two capital letters, for instance US")
    .optional(),
  labels: z.enum(LABEL_MODES).optional(),
  blueprint: blueprintSchema.optional(),
};

const planSettingsSchema: z.ZodType<PlanSettings> = z.strictObject(planSettings);

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

const compiledSettings = new WeakMap<PlanSettings, CompiledPlan<typeof CONTACT>>();

/**
 * Checks and compiles what an event is planned by, once for each object.
 *
 * @throws SettingsError that says what is wrong, and where
 */
export function compileSettings(settings: PlanSettings): CompiledPlan<typeof CONTACT> {
  const known = compiledSettings.get(settings);
  if (known) return known;
  const {
    blueprint = defaultBlueprint,
    deduplicate = true,
    defaultCountry,
  } = withoutInherited(checkPlanSettings(settings));
  const compiled = compilePlan(CONTACT, {
    blueprint,
    defaultCountry,
    ...(deduplicate && { constants: { run_dedupe: true } }),
  });
  compiledSettings.set(settings, compiled);
  return compiled;
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
  const { apiKey, client: options, ...plan } = withoutInherited(checked);
  try {
    return { checked, plan, client: createApolloClient(withoutInherited({ ...options, apiKey })) };
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
  const checked = checkValue(schema, ownSettings(settings));
  if ("issues" in checked) throw new SettingsError(checked.issues);
  return checked.value;
}

/** From a blueprint to the names of the events of a place: the blueprint, `fields`, a list, a place, `events`. */
const BLUEPRINT_DEPTH = 5;

function ownSettings(settings: unknown): unknown {
  if (!isObject(settings)) return settings;
  const own: { blueprint?: unknown } = withoutInherited(settings);
  if (own.blueprint !== undefined) own.blueprint = ownCopy(own.blueprint, BLUEPRINT_DEPTH);
  return own;
}
