import { checkSettings, type SettingField } from "@datafly/signal-connector-kit";
import { Option } from "commander";

import type { CommandIo } from "./io.js";
import { UsageError } from "./usage-error.js";

/** Settings by name, as the connector's schema has checked them. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Reads the settings that deciding about events needs; those for calls are not looked at.
 *
 * @param flags the options of a command, as commander gives them
 * @throws UsageError if one is missing or wrong
 */
export function readPlanningSettings(flags: object, io: CommandIo): Settings {
  const fields = io.settings.filter(({ usedFor }) => usedFor === "planning");
  const names = fields.map(({ name }) => name);
  return valueOrThrow(checkSettings(io.definition.settings, givenSettings(fields, flags, io), names), io);
}

/**
 * Reads all settings.
 *
 * @param fields those that are looked at; all others have their defaults
 * @throws UsageError if one is missing or wrong
 */
export function readSettings(flags: object, io: CommandIo, fields = io.settings): Settings {
  return valueOrThrow(checkSettings(io.definition.settings, givenSettings(fields, flags, io)), io);
}

/** Where calls go: the vendor's own address, or what a setting has in its place. `undefined` if that is not known. */
export function addressOf(settings: Settings, { definition: { address } }: CommandIo): string | undefined {
  const other = address?.setting === undefined ? undefined : settings[address.setting];
  return typeof other === "string" ? other : address?.url;
}

/** Where calls would go, whether the settings are right or not. */
export function givenAddress(flags: object, io: CommandIo): string | undefined {
  const field = io.settings.find(({ name }) => name === io.definition.address?.setting);
  return addressOf(field === undefined ? {} : { [field.name]: givenSetting(field, flags, io) }, io);
}

/** A message with settings by the names that they have on the command line. Only those in camelCase can be told from words. */
export function wordsOfTheShell(message: string, { settings }: Pick<CommandIo, "settings">): string {
  return settings
    .filter(({ name }) => /[A-Z]/.test(name))
    .reduce((text, field) => text.replace(new RegExp(`\\b${field.name}\\b`, "g"), () => shellName(field)), message);
}

/** The name of a setting on the command line: its option, its variable, or both. */
function shellName({ name, flag, env }: SettingField): string {
  const option = flag?.split(/[ ,]/, 1)[0];
  if (option === undefined) return env ?? name;
  return env === undefined ? option : `${option} (or ${env})`;
}

function givenSettings(fields: readonly SettingField[], flags: object, io: CommandIo): Settings {
  const given = Object.fromEntries(fields.map((field) => [field.name, givenSetting(field, flags, io)]));
  const missing = fields.find(({ name, required }) => required && given[name] === undefined);
  if (missing === undefined) return given;
  throw new UsageError(
    missing.missing ?? `There is no ${missing.title}. Set ${shellName(missing)}. ${missing.description}`,
  );
}

/** What is empty in the environment is not there. */
function givenSetting({ flag, env, type }: SettingField, flags: object, io: CommandIo): unknown {
  const option = flag === undefined ? undefined : (flags as Record<string, unknown>)[new Option(flag).attributeName()];
  const value = option ?? fromEnvironment(env, io);
  if (typeof value !== "string" || type === "string") return value;
  if (type === "number") return value.trim() === "" ? value : Number(value);
  return value === "true" ? true : value === "false" ? false : value;
}

function fromEnvironment(variable: string | undefined, { env }: CommandIo): string | undefined {
  const value = variable === undefined ? undefined : env[variable];
  return value === "" ? undefined : value;
}

function valueOrThrow(checked: ReturnType<typeof checkSettings>, io: CommandIo): Settings {
  if ("value" in checked) return checked.value;
  const sentences = checked.issues.map(({ path, message }) => {
    const field = io.settings.find(({ name }) => name === path.split(".", 1)[0]);
    if (field === undefined) return message;
    // The schema's own words are the rest of a sentence; zod's are a sentence.
    return `${shellName(field)}${/^[a-z]/.test(message) ? "" : ":"} ${message}`;
  });
  throw new UsageError(sentences.join("\n"));
}
