import type { AttemptReport, Fetch, Runtime } from "@datafly/safe-http";

/** Settings of {@link createApolloClient}. */
export interface ApolloClientOptions {
  /**
   * An Apollo API key that grants *Create a Contact*, or a master key; or a function that returns one, asked once per attempt, for
   * keys that are rotated. Printable ASCII without spaces.
   *
   * Sent in the `X-Api-Key` header and nowhere else. No error, report or property of the client holds it, not even if a server
   * returns it as it is, as JSON or as part of a URL.
   */
  readonly apiKey: string | (() => string | Promise<string>);
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
   * Maximum number of retries after a call's first attempt. A call is only retried if that is safe.
   * @default 2
   */
  readonly maxRetries?: number | undefined;
  /**
   * The longest `retry-after` that the client waits for, in milliseconds. If Apollo asks for more, the error is
   * thrown at once: the client never retries a call earlier than it was asked to.
   * @default 60_000
   */
  readonly maxRetryAfterMs?: number | undefined;
  /** Headers for every request, beside those that the client sets. `X-Api-Key` and `Content-Type` cannot be replaced. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * What to send requests with.
   * @default the global `fetch`, looked up at each call
   */
  readonly fetch?: Fetch | undefined;
  /**
   * Receives a report of each attempt, for logs, metrics and traces: numbers and fixed words, no key, no personal data. What it
   * throws is ignored.
   */
  readonly onAttempt?: ((report: AttemptReport) => unknown) | undefined;
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
  /** Ends the call, be it in flight or waiting for a retry, with a {@link RequestAbortedError}. */
  readonly signal?: AbortSignal | undefined;
  /** As in {@link ApolloClientOptions}, for this call. */
  readonly timeoutMs?: number | undefined;
  /** As in {@link ApolloClientOptions}, for this call. */
  readonly maxRetries?: number | undefined;
  /** Headers for this call. They replace those of {@link ApolloClientOptions} with the same name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}
