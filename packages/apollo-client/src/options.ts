import type { Runtime } from "./runtime.js";

/**
 * Sends a request and resolves with its answer: the global `fetch`, or one that goes through a proxy, say. It is handed what
 * `fetch` takes, so that any implementation will do. It is called as a plain function, without a `this`.
 *
 * If it throws an error, or one with a `cause`, whose `name` is `ProxyError`, nothing was sent; the error's message, whole sentences,
 * becomes part of the {@link ConnectionError}'s.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** The request that a {@link Fetch} is to send. All of it matters, but a signal that is not listened to still ends the call. */
export interface FetchInit {
  /** The HTTP method. */
  readonly method: "GET" | "POST";
  /** The headers, the API key among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The contact, as JSON. Absent with `GET`. */
  readonly body?: string;
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
   * no error, log line or property of the client holds it, also where a server returns it in base64, in hexadecimal, with blanks
   * inside or behind escapes. At most 512 characters of printable ASCII, without blanks and without `"`, `%`, `&`, `'`, `<`,
   * `>` and `\\`, of which escapes are made: it has to be found in any text.
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
