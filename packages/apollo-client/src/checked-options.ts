import {
  checkMaxRetries,
  checkNumber,
  checkTimeoutMs,
  completeRuntime,
  type Fetch,
  isFunction,
  isObject,
  MAX_TIMER_MS,
  ownProperties,
  type Runtime,
} from "@datafly/safe-http";

import type { ApolloClientOptions, CallOptions } from "./options.js";

const CLIENT_OPTIONS: Readonly<Record<keyof ApolloClientOptions, true>> = {
  apiKey: true,
  baseUrl: true,
  timeoutMs: true,
  maxRetries: true,
  maxRetryAfterMs: true,
  headers: true,
  fetch: true,
  onAttempt: true,
  userAgent: true,
  runtime: true,
};

const CALL_OPTIONS: Readonly<Record<keyof CallOptions, true>> = {
  signal: true,
  timeoutMs: true,
  maxRetries: true,
  headers: true,
};

/** Looked up with each call, so that whoever replaces the global one later is served by it. */
const platformsFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** @throws TypeError or RangeError that names the setting and never repeats the key */
export function checkOptions(options: ApolloClientOptions, defaults: { baseUrl: string; userAgent: string }) {
  checkNames("options", options, CLIENT_OPTIONS);
  const own = ownProperties(options);
  // Defaults replace what is undefined only: a null, as of a setting that was not found, is a mistake.
  const { apiKey, baseUrl = defaults.baseUrl, timeoutMs = 30_000, maxRetries = 2, maxRetryAfterMs = 60_000 } = own;
  const { headers, fetch = platformsFetch, onAttempt, userAgent = defaults.userAgent, runtime = {} } = own;
  checkFunction("fetch", fetch === platformsFetch ? globalThis.fetch : fetch);
  if (onAttempt !== undefined) checkFunction("onAttempt", onAttempt);
  return {
    apiKey: isFunction(apiKey) ? apiKey : checkApiKey(apiKey),
    baseUrl: checkBaseUrl(baseUrl),
    // As it was given: in this form a key in it is found.
    shownBaseUrl: baseUrl,
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries: checkMaxRetries(maxRetries),
    maxRetryAfterMs: checkNumber("maxRetryAfterMs", maxRetryAfterMs, 0, MAX_TIMER_MS),
    headers: { accept: "application/json", "user-agent": checkUserAgent(userAgent), ...checkHeaders(headers) },
    fetch,
    onAttempt,
    runtime: completeRuntime(checkRuntime(runtime)),
  };
}

/**
 * Checks the names of the options and the headers; the transport checks the rest.
 *
 * @throws TypeError
 */
export function checkCallOptions(options: CallOptions): CallOptions {
  checkNames("the options of the call", options, CALL_OPTIONS);
  const { headers, ...settings } = ownProperties(options);
  return ownProperties({ ...settings, headers: checkHeaders(headers) });
}

/** A name that is misspelt must not pass unseen: without its `baseUrl`, a client of a test calls the real Apollo. */
function checkNames(what: string, options: unknown, known: Readonly<Record<string, true>>): void {
  if (!isObject(options)) throw new TypeError(`${what} must be an object.`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`There is no option ${JSON.stringify(unknown)}. There are: ${Object.keys(known).join(", ")}.`);
}

/** The headers that the client sets: the key has its own option, and bodies are JSON. */
const OWN_HEADERS = ["x-api-key", "content-type"];

/** Returns headers by their names in lower case. */
function checkHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined) return {};
  const checked = headersOf(headers);
  if (checked === undefined) throw new TypeError("headers must be an object of names and values of headers.");
  const own = OWN_HEADERS.find((name) => checked.has(name));
  if (own !== undefined) throw new TypeError(`headers must not hold ${own}: the client sets it.`);
  return Object.fromEntries(checked);
}

function headersOf(headers: unknown): Headers | undefined {
  try {
    return isObject(headers) && Object.values(headers).every((value) => typeof value === "string")
      ? new Headers(headers as Record<string, string>)
      : undefined;
  } catch {
    return undefined;
  }
}

function checkFunction(name: string, value: unknown): void {
  if (!isFunction(value)) throw new TypeError(`${name} must be a function.`);
}

const RUNTIME_METHODS = ["now", "random", "sleep"] as const satisfies readonly (keyof Runtime)[];

function checkRuntime(runtime: Partial<Runtime>): Partial<Runtime> {
  if (isObject(runtime) && RUNTIME_METHODS.every((name) => !(name in runtime) || isFunction(runtime[name])))
    return runtime;
  throw new TypeError("runtime must be an object of functions.");
}

/** @throws TypeError that does not repeat the key */
export function checkApiKey(apiKey: unknown): string {
  if (typeof apiKey !== "string" || apiKey === "") {
    throw new TypeError("apiKey is empty. Create a key in Apollo with the Create a Contact endpoint enabled.");
  }
  if (/^[!-~]+$/.test(apiKey)) return apiKey;
  throw new TypeError(
    "apiKey contains a space or another invalid character. Copy it again, without quotes or spaces around it.",
  );
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
