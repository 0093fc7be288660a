import * as z from "zod";

import { checkValue } from "../decision/issue.js";
import type { Vendor } from "./vendor.js";

/** How a setting is shown to people, and where its value comes from. */
export interface SettingWords {
  /** Its label in Signal's management UI: `API Key`. */
  readonly title: string;
  /** What it is for, in a sentence or two: the help text in the management UI and in the JSON Schema. */
  readonly description: string;
  /**
   * What needs it: deciding about events (`planning`: previews need it, too), or making calls (`sending`). What an invalid setting for
   * sending says is said only by the commands that send.
   */
  readonly usedFor: "planning" | "sending";
  /** Whether nobody may see it: a key, a token. It is read from the environment only, since other users see command lines. */
  readonly secret?: true;
  /** The environment variable that holds it: `ACME_TOKEN`. A secret needs one. An empty variable counts as absent. */
  readonly env?: string;
  /**
   * The option of the command line, as its help shows it: `--base-url <url>`. A boolean that is on by default takes the form
   * `--no-dedupe`. Without `env` and `flag`, only a program sets it.
   */
  readonly flag?: string;
  /** What the help says of the option or the variable. Default: the description. */
  readonly help?: string;
  /** A value to show as an example: `US`. Never a real secret. */
  readonly placeholder?: string;
  /** What to say if it is required and absent: what is missing, and how to get it. Default: its name and its variable. */
  readonly missing?: string;
  /** Whether the management UI offers it. Default: `true`. `false` for what only those who run the worker decide, such as an address. */
  readonly inCatalogue?: false;
}

/**
 * A field of a connector's settings: a zod schema with its words. Call it last, so that it wraps `.optional()` and `.default()`.
 *
 * @example
 * ```js
 * import * as z from "zod";
 * import { setting } from "@datafly/signal-connector-kit";
 *
 * export const settings = z.object({
 *   token: setting(z.string(), {
 *     title: "Token",
 *     description: "A token of Acme that may write people.",
 *     usedFor: "sending",
 *     secret: true,
 *     env: "ACME_TOKEN",
 *   }),
 *   region: setting(z.enum(["eu", "us"]).default("eu"), {
 *     title: "Region",
 *     description: "Where the account is.",
 *     usedFor: "sending",
 *     flag: "--region <region>",
 *   }),
 * });
 * ```
 */
export function setting<S extends z.ZodType>(schema: S, words: SettingWords): S {
  return schema.meta({ ...words });
}

/** A setting as programs read it: its words, and what its schema says. */
export interface SettingField extends SettingWords {
  /** Its name in the settings. */
  readonly name: string;
  /** The kind of its value, as it is given. */
  readonly type: "boolean" | "number" | "string";
  /** Whether it must be given. */
  readonly required: boolean;
  /** What it is unless given. Absent if it has no default. */
  readonly default?: unknown;
  /** The values that it can have. Absent if there are others. */
  readonly choices?: readonly string[];
}

/**
 * Reads the settings of a schema, in its order.
 *
 * @throws TypeError if a field is not made with {@link setting}, or a secret has an option or no environment variable
 */
export function settingFields(settings: z.ZodObject): SettingField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(settings, { io: "input", unrepresentable: "any" });
  return Object.entries(settings.shape).map(([name, schema]) => {
    const words = schema instanceof z.ZodType ? (schema.meta() as Partial<SettingWords> | undefined) : undefined;
    const problem = problemOf(words);
    if (problem !== undefined) throw new TypeError(`The setting ${name} ${problem}.`);
    const { type, enum: choices, default: value } = properties[name] as z.core.JSONSchema.BaseSchema;
    return {
      ...(words as SettingWords),
      name,
      type: KINDS[String(type)] ?? "string",
      required: required.includes(name),
      ...(value !== undefined && { default: value }),
      ...(choices !== undefined && { choices: choices.map(String) }),
    };
  });
}

/**
 * Checks settings against their schema.
 *
 * @param names those that are checked, the others being left aside. Default: all, with what the schema says of all of them together
 * @returns the settings with their defaults, or what is wrong; the path of an issue begins with the name of a setting
 */
export function checkSettings(
  settings: z.ZodObject,
  values: Readonly<Record<string, unknown>>,
  names?: readonly string[],
): ReturnType<typeof checkValue<Record<string, unknown>>> {
  if (names === undefined) return checkValue(settings, values);
  return checkValue(
    z.object(Object.fromEntries(names.map((name) => [name, settings.shape[name] as z.ZodType]))),
    values,
  );
}

/** What is about the command line and the management UI, and means nothing in a JSON Schema. */
const OTHER_WORDS: ReadonlySet<string> = new Set([
  "usedFor",
  "secret",
  "env",
  "flag",
  "help",
  "placeholder",
  "missing",
  "inCatalogue",
] satisfies (keyof SettingWords)[]);

/**
 * Returns the JSON Schema (draft 2020-12) of settings, for editors and forms: with titles, descriptions and defaults; secrets are
 * `writeOnly`. Each call returns a new object.
 */
export function settingsJsonSchema(settings: z.ZodObject, { name }: Pick<Vendor, "name">): Record<string, unknown> {
  const { properties = {}, ...schema } = z.toJSONSchema(settings, { io: "input", unrepresentable: "any" });
  const shown = settingFields(settings).map(({ name: field, secret, placeholder }): [string, object] => {
    const words = Object.entries(properties[field] as object).filter(([key]) => !OTHER_WORDS.has(key));
    const more = { ...(placeholder !== undefined && { examples: [placeholder] }), ...(secret && { writeOnly: true }) };
    return [field, { ...Object.fromEntries(words), ...more }];
  });
  return { title: `Settings of the connector to ${name}`, ...schema, properties: Object.fromEntries(shown) };
}

const KINDS: Readonly<Partial<Record<string, SettingField["type"]>>> = {
  boolean: "boolean",
  integer: "number",
  number: "number",
};

function problemOf(words: Partial<SettingWords> | undefined): string | undefined {
  if (words?.title === undefined || words.description === undefined || words.usedFor === undefined) {
    return "has no words: make it with setting(schema, words), after .optional() and .default()";
  }
  if (words.secret === true && words.flag !== undefined) return "is secret: no option may have it";
  if (words.secret === true && words.env === undefined) return "is secret, and has no environment variable";
  return undefined;
}
