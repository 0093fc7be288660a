import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Io } from "../io.js";
import { similarFileHint } from "../similar-file.js";
import { fileErrorReason, UsageError } from "../usage-error.js";
import { FileConsentStore } from "./file-consent-store.js";
import { DEFAULT_FLAG_PATH, parseFlagPath } from "./flag-path.js";
import { DEFAULT_KEY_TEMPLATE, parseKeyTemplate } from "./key-template.js";
import type { RedisConsentStore } from "./redis-consent-store.js";

/** A store that has been opened. */
export type OpenConsentStore = FileConsentStore | RedisConsentStore;

/** The options of the command line that say where current consent is kept. */
export interface ConsentFlags {
  /** `redis://…`, `rediss://…`, `file:…` or the path of a file. */
  readonly consentStore: string;
  /**
   * The key of a person's entry, such as `consent:{userId|anonymousId}`.
   *
   * @default "consent:{anonymousId}"
   */
  readonly consentKey?: string | undefined;
  /**
   * Where the flag stands in an entry, in dots; empty where the entry is nothing but the flag.
   *
   * @default "canonical.{purpose}"
   */
  readonly consentPath?: string | undefined;
}

const WRONG_STORE =
  "Give --consent-store the address of a Redis (redis://host:6379, or rediss:// for TLS) or the path of a JSON file.";
const WRONG_REDIS =
  "Write the Redis of --consent-store as redis://user:password@host:port/database, or rediss:// for TLS, all but the host optional, and special characters in percent-encoding.";

/**
 * Opens the store of current consent. Does not connect yet: that a Redis cannot be reached is for the first check to say.
 *
 * A password of Redis can stand in the environment, in `CONSENT_STORE_PASSWORD`: others on the machine could see an option of
 * the command line. One in the address comes first.
 *
 * @throws UsageError if an option is wrong, or a file is not there. It does not repeat what was given: there may be a password in it.
 */
export async function openConsentStore(flags: ConsentFlags, { env }: Pick<Io, "env">): Promise<OpenConsentStore> {
  const place = {
    key: parseKeyTemplate(flags.consentKey ?? DEFAULT_KEY_TEMPLATE),
    path: parseFlagPath(flags.consentPath ?? DEFAULT_FLAG_PATH),
  };
  const address = flags.consentStore;
  if (/^rediss?:/i.test(address)) {
    const url = checkRedisUrl(address);
    const { RedisConsentStore } = await loadRedisConsentStore();
    return new RedisConsentStore({ url, password: env.CONSENT_STORE_PASSWORD }, place);
  }
  const path = filePath(address);
  await checkThere(path);
  return new FileConsentStore(path, place);
}

/**
 * Loads the store with its client, the package `redis`: only those who use it have to install it, and to wait until it is loaded.
 *
 * @throws UsageError if it is not installed
 */
async function loadRedisConsentStore() {
  try {
    return await import("./redis-consent-store.js");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UsageError("A consent store in Redis needs the package redis beside this one: npm install redis@6.3.1");
  }
}

/** A file that cannot be read later is waited for; one that is not there at the start is a slip. */
async function checkThere(path: string): Promise<void> {
  try {
    const found = await stat(path);
    // Each check reads it to its end, which a pipe need not have.
    if (!found.isFile()) throw new Error(found.isDirectory() ? "it is a folder" : "it is no file");
  } catch (error) {
    // An address with a slip in it makes a path, and there may be a password before the host.
    if (path.includes("@")) throw new UsageError(WRONG_STORE);
    throw new UsageError(
      `The file of --consent-store, ${path}, cannot be read: ${fileErrorReason(error)}.${await similarFileHint(path, error)}`,
    );
  }
}

function checkRedisUrl(address: string): string {
  try {
    const { hostname, pathname, search, hash, username, password } = new URL(address);
    decodeURIComponent(username);
    decodeURIComponent(password);
    if (hostname !== "" && /^\/?\d*$/.test(pathname) && search === "" && hash === "") return address;
  } catch {
    // Said below.
  }
  throw new UsageError(WRONG_REDIS);
}

function filePath(address: string): string {
  const path = /^file:/i.test(address) ? pathOfFileAddress(address) : address;
  // A scheme has two letters at least: C:\consent.json is a path.
  const isOtherScheme = path === address && /^[a-z][a-z\d+.-]+:/i.test(address);
  if (path === "" || isOtherScheme) throw new UsageError(WRONG_STORE);
  return path;
}

function pathOfFileAddress(address: string): string {
  if (!/^file:\/\//i.test(address)) return address.slice("file:".length);
  try {
    return fileURLToPath(address);
  } catch {
    throw new UsageError(WRONG_STORE);
  }
}
