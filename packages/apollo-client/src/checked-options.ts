import { isObject } from "./json.js";
import type { ApolloClientOptions, ApolloLogger, CallOptions, Fetch } from "./options.js";
import { completeRuntime, type Runtime } from "./runtime.js";

/** Timers take no more than this many milliseconds, some 24 days. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const CLIENT_OPTIONS: Readonly<Record<keyof ApolloClientOptions, true>> = {
  apiKey: true,
  baseUrl: true,
  timeoutMs: true,
  maxRetries: true,
  maxRetryAfterMs: true,
  fetch: true,
  logger: true,
  userAgent: true,
  runtime: true,
};

const RUNTIME_METHODS = ["now", "random", "sleep"] as const satisfies readonly (keyof Runtime)[];

const CALL_OPTIONS: Readonly<Record<keyof CallOptions, true>> = { signal: true, timeoutMs: true, maxRetries: true };

/** Looked up with each call, so that whoever replaces the global one later is served by it. */
const platformsFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** The client's settings with their defaults, checked. */
export type CheckedOptions = ReturnType<typeof checkOptions>;

/** @throws TypeError or RangeError that names the setting and never repeats the key */
export function checkOptions(options: ApolloClientOptions, defaults: { baseUrl: string; userAgent: string }) {
  checkNames("options", options, CLIENT_OPTIONS);
  // Defaults stand for what is undefined only: a null, as of a setting that was not found, is a mistake.
  const { apiKey, baseUrl = defaults.baseUrl, timeoutMs = 30_000, maxRetries = 2, maxRetryAfterMs = 60_000 } = options;
  const { fetch = platformsFetch, logger, userAgent = defaults.userAgent, runtime = {} } = options;
  return {
    apiKey: checkApiKey(apiKey),
    baseUrl: checkBaseUrl(baseUrl),
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries: checkMaxRetries(maxRetries),
    maxRetryAfterMs: checkNumber("maxRetryAfterMs", maxRetryAfterMs, 0, MAX_TIMER_MS),
    fetch: checkFetch(fetch),
    logger: checkLogger(logger),
    userAgent: checkUserAgent(userAgent),
    runtime: completeRuntime(checkRuntime(runtime)),
  };
}

/** @throws TypeError or RangeError */
export function checkCallOptions(options: CallOptions, defaults: { timeoutMs: number; maxRetries: number }) {
  checkNames("the options of the call", options, CALL_OPTIONS);
  const { signal, timeoutMs = defaults.timeoutMs, maxRetries = defaults.maxRetries } = options;
  return {
    signal: checkSignal(signal),
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries: checkMaxRetries(maxRetries),
  };
}

/** A name that is misspelt must not pass unseen: without its `baseUrl`, a client of a test calls the real Apollo. */
function checkNames(what: string, options: unknown, known: Readonly<Record<string, true>>): void {
  if (!isObject(options)) throw new TypeError(`${what} must be an object.`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`There is no option ${JSON.stringify(unknown)}. There are: ${Object.keys(known).join(", ")}.`);
}

function checkFetch(fetch: Fetch): Fetch {
  if (typeof (fetch === platformsFetch ? globalThis.fetch : fetch) === "function") return fetch;
  throw new TypeError("fetch must be a function.");
}

function checkLogger(logger: ApolloLogger | undefined): ApolloLogger | undefined {
  if (logger === undefined || hasMethods(logger, ["debug", "warn"])) return logger;
  throw new TypeError("logger must have the functions debug and warn.");
}

function checkRuntime(runtime: Partial<Runtime>): Partial<Runtime> {
  if (isObject(runtime) && RUNTIME_METHODS.every((name) => !(name in runtime) || hasMethods(runtime, [name])))
    return runtime;
  throw new TypeError("runtime must be an object of functions.");
}

/** Of any realm, so not by `instanceof`. */
function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return signal;
  if (hasMethods(signal, ["addEventListener", "removeEventListener"]) && typeof signal.aborted === "boolean") {
    return signal;
  }
  throw new TypeError("signal must be an AbortSignal.");
}

/** Of anything, as a caller without types may give it. */
function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Partial<Record<string, unknown>> | null)?.[name] === "function");
}

function checkTimeoutMs(timeoutMs: number): number {
  return checkNumber("timeoutMs", timeoutMs, 1, MAX_TIMER_MS);
}

function checkMaxRetries(maxRetries: number): number {
  if (Number.isSafeInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw rangeError("maxRetries", maxRetries, "a whole number, 0 or more");
}

function checkNumber(name: string, value: number, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw rangeError(name, value, `a number from ${min} to ${max}`);
}

function rangeError(name: string, value: unknown, expected: string): RangeError {
  return new RangeError(`${name} must be ${expected}${typeof value === "string" ? ", and not a text" : ""}.`);
}

function checkApiKey(apiKey: unknown): string {
  if (typeof apiKey !== "string" || apiKey === "") {
    throw new TypeError("apiKey is empty. Create a key in Apollo with the Create a Contact endpoint enabled.");
  }
  // Printable ASCII but for what escapes are made of, and not without end: it has to be found in texts, to be kept out of errors.
  if (!/^[!#$(-;=?-[\]-~]{1,512}$/.test(apiKey)) {
    throw new TypeError(
      "apiKey holds a blank or another character that no key has, or is too long. Copy it again, without quotes or blanks around it.",
    );
  }
  return apiKey;
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new TypeError("baseUrl must be an http or https URL, for instance https://api.apollo.io/api/v1.");
  }
  if (url.username || url.password || /[?#]/.test(url.href)) {
    throw new TypeError("baseUrl must have no user name, password, query or fragment.");
  }
  return url.href.replace(/(?<!\/)\/+$/, "");
}

function checkUserAgent(userAgent: string): string {
  if (typeof userAgent === "string" && /^[\x20-\x7e]+$/.test(userAgent)) return userAgent;
  throw new TypeError("userAgent must be a line of printable ASCII.");
}
