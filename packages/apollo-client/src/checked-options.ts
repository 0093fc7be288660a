import {
  checkMaxRetries,
  checkNumber,
  checkTimeoutMs,
  completeRuntime,
  type Fetch,
  isFunction,
  isObject,
  MAX_TIMER_MS,
  must,
  type Runtime,
} from "@datafly/safe-http";

import type { ApolloClientOptions, CallOptions } from "./options.js";

/** Looked up with each call, so that whoever replaces the global one later is served by it. */
const platformsFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** The options of a client with their defaults. Those of type unknown are checked by what uses them. */
interface ClientValues extends Readonly<Record<keyof ApolloClientOptions, unknown>> {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  readonly onAttempt: ApolloClientOptions["onAttempt"];
  readonly userAgent: string;
  readonly runtime: Partial<Runtime>;
}

type CallValues = Omit<CallOptions, "headers"> & { readonly headers: unknown };

/** @throws TypeError or RangeError that names the setting and never repeats the key */
export function checkOptions(options: ApolloClientOptions, defaults: { baseUrl: string; userAgent: string }) {
  const own = withDefaults<ClientValues>("options", options, {
    apiKey: undefined,
    baseUrl: defaults.baseUrl,
    timeoutMs: 30_000,
    maxRetries: 2,
    maxRetryAfterMs: 60_000,
    headers: {},
    fetch: platformsFetch,
    onAttempt: undefined,
    userAgent: defaults.userAgent,
    runtime: {},
  });
  const { apiKey, baseUrl, timeoutMs, maxRetries, maxRetryAfterMs, headers, fetch, onAttempt, userAgent, runtime } =
    own;
  must(isFunction(fetch === platformsFetch ? globalThis.fetch : fetch), "fetch", A_FUNCTION);
  must(onAttempt === undefined || isFunction(onAttempt), "onAttempt", A_FUNCTION);
  must(
    isObject(runtime) && RUNTIME_METHODS.every((name) => !(name in runtime) || isFunction(runtime[name])),
    "runtime",
    "an object of functions",
  );
  must(typeof userAgent === "string" && /^[\x20-\x7e]+$/.test(userAgent), "userAgent", "a line of printable ASCII");
  return {
    apiKey: isFunction(apiKey) ? (apiKey as () => string | Promise<string>) : checkApiKey(apiKey),
    baseUrl: checkBaseUrl(baseUrl),
    // As it was given: in this form a key in it is found.
    shownBaseUrl: baseUrl,
    timeoutMs: checkTimeoutMs(timeoutMs),
    maxRetries: checkMaxRetries(maxRetries),
    maxRetryAfterMs: checkNumber("maxRetryAfterMs", maxRetryAfterMs, 0, MAX_TIMER_MS),
    headers: { accept: "application/json", "user-agent": userAgent, ...checkHeaders(headers) },
    fetch,
    onAttempt,
    runtime: completeRuntime(runtime),
  };
}

const A_FUNCTION = "a function";
const RUNTIME_METHODS = ["now", "random", "sleep"] as const satisfies readonly (keyof Runtime)[];

/**
 * Checks the names of the options and the headers; the transport checks the rest.
 *
 * @throws TypeError
 */
export function checkCallOptions(options: CallOptions): CallOptions {
  const own = withDefaults<CallValues>("the options of the call", options, {
    signal: undefined,
    timeoutMs: undefined,
    maxRetries: undefined,
    headers: {},
  });
  return { ...own, headers: checkHeaders(own.headers) };
}

/**
 * Takes an object's own properties, and defaults for those that are undefined. A null, as of a setting that was not found, is a mistake.
 *
 * A name that is misspelt must not pass unseen: without its `baseUrl`, a client of a test calls the real Apollo.
 *
 * @throws TypeError if the object is none, or has a property that is not among the defaults
 */
function withDefaults<T extends object>(what: string, options: unknown, defaults: T): T {
  must(isObject(options), what, "an object");
  const own = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new TypeError(`Unknown option ${JSON.stringify(name)}. There are: ${Object.keys(defaults).join(", ")}.`);
    }
    if (value !== undefined) own[name] = value;
  }
  return own as T;
}

/** Returns headers by their names in lower case. The key has its own option, and bodies are JSON. */
function checkHeaders(headers: unknown): Readonly<Record<string, string>> {
  let checked: Headers | undefined;
  try {
    if (isObject(headers) && Object.values(headers).every((value) => typeof value === "string"))
      checked = new Headers(headers as Record<string, string>);
  } catch {
    // Not a name or not a value of a header.
  }
  must(checked !== undefined, "headers", "an object of names and values of headers");
  for (const own of ["x-api-key", "content-type"])
    must(!checked.has(own), "headers", `without ${own}, which the client sets`);
  return Object.fromEntries(checked);
}

/** @throws TypeError that does not repeat the key */
export function checkApiKey(apiKey: unknown): string {
  if (typeof apiKey !== "string" || apiKey === "") throw new TypeError("apiKey is empty. Create a key in Apollo.");
  if (/^[!-~]+$/.test(apiKey)) return apiKey;
  throw new TypeError("apiKey contains a space or another invalid character. Copy it again.");
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  must(url !== undefined && /^https?:$/.test(url.protocol), "baseUrl", "an http or https URL");
  const { href, username, password } = url;
  if (username || password || /[?#]/.test(href))
    throw new TypeError("baseUrl must have no user name, password, query or fragment.");
  return href.replace(/(?<!\/)\/+$/, "");
}
