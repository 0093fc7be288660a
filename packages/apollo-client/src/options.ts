import { isObject } from "./json.js";
import { completeRuntime, type Runtime } from "./runtime.js";

/**
 * Sends a request and resolves with its answer: the global `fetch`, or one that goes through a proxy, say. It is handed what
 * `fetch` takes, so that any implementation will do. It is called as a plain function, without a `this`.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** The request that a {@link Fetch} is to send. All of it matters, but a signal that is not listened to still ends the call. */
export interface FetchInit {
  /** The HTTP method. */
  readonly method: "POST";
  /** The headers, the API key among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The contact, as JSON. */
  readonly body: string;
  /** Redirects are not followed: one that is followed would carry the key to another host. */
  readonly redirect: "manual";
  /** Aborted when the call is given up. */
  readonly signal: AbortSignal;
}

/**
 * Takes the client's log lines; `console` will do. The details hold numbers and fixed words only: no key, no personal
 * data, nothing that came from outside.
 */
export interface ApolloLogger {
  /** Takes a line about an attempt that succeeded. */
  debug(message: string, details: ApolloLogDetails): void;
  /** Takes a line about an attempt that failed, be it repeated or not. */
  warn(message: string, details: ApolloLogDetails): void;
}

/** What the client tells a logger of one attempt. */
export interface ApolloLogDetails {
  /** Which attempt of the call this was, from 1. */
  readonly attempt: number;
  /** What it came to: `success`, or the kind of failure. */
  readonly result: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** How long the attempt took, in milliseconds. */
  readonly durationMs: number;
  /** How long the client waits before it repeats the call, in milliseconds. Not there where it does not. */
  readonly delayMs?: number;
}

/** Settings of {@link createApolloClient}. */
export interface ApolloClientOptions {
  /**
   * An Apollo API key that grants *Create a Contact*, or a master key. Sent in the `X-Api-Key` header and nowhere else;
   * no error, log line or property of the client holds it.
   */
  readonly apiKey: string;
  /**
   * Where Apollo's API is, with the `/api/v1` segment.
   * @default "https://api.apollo.io/api/v1"
   */
  readonly baseUrl?: string | undefined;
  /**
   * How long one attempt may take, in milliseconds, until the answer's body has been read to its end. At most 2,147,483,647.
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How often a call is repeated after its first attempt, where a repeat is safe.
   * @default 2
   */
  readonly maxRetries?: number | undefined;
  /**
   * The longest `retry-after` that the client waits for by itself, in milliseconds. If Apollo asks for more, the error is
   * thrown at once: the client never repeats a call earlier than it was asked to.
   * @default 60_000
   */
  readonly maxRetryAfterMs?: number | undefined;
  /**
   * What to send requests with.
   * @default the global `fetch`, looked up at each call
   */
  readonly fetch?: Fetch | undefined;
  /** Where to log to. Without it nothing is logged. */
  readonly logger?: ApolloLogger | undefined;
  /**
   * The `User-Agent` header. Browsers send their own.
   * @default "datafly-apollo-client/<version>"
   */
  readonly userAgent?: string | undefined;
  /** Time and chance, for tests. */
  readonly runtime?: Partial<Runtime> | undefined;
}

/** Settings of one call. */
export interface CallOptions {
  /** Ends the call, be it in the air or waiting for a repeat, with a {@link RequestAbortedError}. */
  readonly signal?: AbortSignal | undefined;
  /** As in {@link ApolloClientOptions}, for this call. */
  readonly timeoutMs?: number | undefined;
  /** As in {@link ApolloClientOptions}, for this call. */
  readonly maxRetries?: number | undefined;
}

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

/** The client's settings with their defaults, checked. */
export type CheckedOptions = ReturnType<typeof checkOptions>;

/** @throws TypeError or RangeError that names the setting and never repeats the key */
export function checkOptions(options: ApolloClientOptions, defaults: { baseUrl: string; userAgent: string }) {
  checkNames("options", options, CLIENT_OPTIONS);
  return {
    apiKey: checkApiKey(options.apiKey),
    baseUrl: checkBaseUrl(options.baseUrl ?? defaults.baseUrl),
    timeoutMs: checkTimeoutMs(options.timeoutMs ?? 30_000),
    maxRetries: checkMaxRetries(options.maxRetries ?? 2),
    maxRetryAfterMs: checkNumber("maxRetryAfterMs", options.maxRetryAfterMs ?? 60_000, 0, MAX_TIMER_MS),
    fetch: checkFetch(options.fetch),
    logger: checkLogger(options.logger),
    userAgent: checkUserAgent(options.userAgent ?? defaults.userAgent),
    runtime: completeRuntime(checkRuntime(options.runtime)),
  };
}

/** @throws TypeError or RangeError */
export function checkCallOptions(options: CallOptions, defaults: { timeoutMs: number; maxRetries: number }) {
  checkNames("the options of the call", options, CALL_OPTIONS);
  return {
    signal: checkSignal(options.signal),
    timeoutMs: checkTimeoutMs(options.timeoutMs ?? defaults.timeoutMs),
    maxRetries: checkMaxRetries(options.maxRetries ?? defaults.maxRetries),
  };
}

/** A name that is misspelt must not pass unseen: without its `baseUrl`, a client of a test calls the real Apollo. */
function checkNames(what: string, options: unknown, known: Readonly<Record<string, true>>): void {
  if (!isObject(options)) throw new TypeError(`${what} must be an object.`);
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  throw new TypeError(`There is no option ${JSON.stringify(unknown)}. There are: ${Object.keys(known).join(", ")}.`);
}

function checkFetch(fetch: Fetch | undefined): Fetch {
  if (typeof (fetch ?? globalThis.fetch) !== "function") {
    throw new TypeError(`fetch must be a function${fetch === undefined ? "; this platform has none of its own" : ""}.`);
  }
  return fetch ?? ((url, init) => globalThis.fetch(url, init));
}

function checkLogger(logger: ApolloLogger | undefined): ApolloLogger | undefined {
  if (logger === undefined || hasMethods(logger, ["debug", "warn"])) return logger;
  throw new TypeError("logger must be an object with the functions debug and warn.");
}

function checkRuntime(runtime: Partial<Runtime> = {}): Partial<Runtime> {
  const given = RUNTIME_METHODS.filter((name) => (runtime as Partial<Runtime> | null)?.[name] !== undefined);
  if (isObject(runtime) && hasMethods(runtime, given)) return runtime;
  throw new TypeError("runtime must be an object; now, random and sleep are functions, where they are given.");
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
  // Its length bounds the patterns that keep it out of errors.
  if (!/^[\x21-\x7e]{1,512}$/.test(apiKey)) {
    throw new TypeError(
      "apiKey holds a blank, a line break or a character that is not printable ASCII, or more than 512 of them. Copy the key again, without quotes or blanks around it.",
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
  return url.href.replace(/\/+$/, "");
}

function checkUserAgent(userAgent: string): string {
  if (typeof userAgent === "string" && /^[\x20-\x7e]+$/.test(userAgent)) return userAgent;
  throw new TypeError("userAgent must be a line of printable ASCII.");
}
