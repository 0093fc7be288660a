import { checkNumber, isFunction, MAX_TIMER_MS, ownProperties, type Fetch } from "@datafly/safe-http";

import { SettingsError } from "../connector/settings-error.js";
import type { Authentication } from "./authentication.js";
import type { QuotaHeaders } from "./quota.js";

/** Settings of `createHttp`. */
export interface HttpOptions {
  /** The vendor's name, as in "Acme refused the record". */
  readonly vendor: string;
  /** The address of the API, an http or https URL without query. Nothing is sent to an address that is not below it. */
  readonly baseUrl: string;
  /** How requests prove who sends them, for instance `bearer`. Default: not at all */
  readonly authentication?: Authentication | undefined;
  /** Headers of every request. Those of the authentication replace them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The headers in which the vendor reports its quotas, by the names of the windows in `Vendor.quotas`. Default: none */
  readonly quotas?: Readonly<Record<string, QuotaHeaders>> | undefined;
  /**
   * The reasons that statuses of this vendor stand for, if they differ from the usual ones: `{ 404: "not_on_file" }`. Each has to be in
   * `Vendor.failures`.
   */
  readonly reasons?: Readonly<Partial<Record<number, string>>> | undefined;
  /**
   * How long a call may take, in milliseconds, from asking for the credentials until the answer's body has been read to its end.
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What to send requests with: pass on the `fetch` of the tools that a program hands to a connector, which goes through its proxy.
   * @default the global `fetch`, looked up at each call
   */
  readonly fetch?: Fetch | undefined;
  /**
   * The time of day, in milliseconds since 1970.
   * @default Date.now
   */
  readonly now?: (() => number) | undefined;
}

/** Checked settings, with their defaults. */
export type HttpSettings = ReturnType<typeof checkHttpOptions>;

/** Looked up with each call, so that whoever replaces the global one later is served by it. */
const platformsFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** @throws SettingsError that repeats no value */
export function checkHttpOptions(options: HttpOptions) {
  const { baseUrl, timeoutMs = 30_000, fetch = platformsFetch, ...own } = ownProperties(options);
  const { authentication, headers = {}, quotas = {}, reasons = {}, now = () => Date.now() } = own;
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") throw wrong("baseUrl", "must be an http or https URL");
  if (url.username || url.password || /[?#]/.test(url.href))
    throw wrong("baseUrl", "must have no user name, password, query or fragment");
  try {
    checkNumber("timeoutMs", timeoutMs, 1, MAX_TIMER_MS);
  } catch {
    throw wrong("timeoutMs", `must be a number from 1 to ${MAX_TIMER_MS}`);
  }
  if (!isFunction(fetch)) throw wrong("fetch", "must be a function");
  try {
    new Headers(headers);
  } catch {
    throw wrong("headers", "must be an object of names and values of headers");
  }
  return {
    vendor: own.vendor,
    /** Without a slash at its end. */
    base: url.href.replace(/(?<!\/)\/+$/, ""),
    /** For messages: the path may hold a secret. */
    host: url.host,
    authentication,
    headers,
    quotas,
    reasons,
    timeoutMs,
    fetch,
    now,
  };
}

function wrong(path: string, message: string): SettingsError {
  return new SettingsError([{ path, message }]);
}
