/**
 * Sends a request and resolves with its response: the global `fetch`, or one that goes through a proxy, say. It receives what
 * `fetch` takes, so that any implementation will do. It is called as a plain function, without a `this`.
 *
 * If it throws an error, or one with a `cause`, whose `name` is `ProxyError`, nothing was sent; that error's message, whole
 * sentences, becomes part of the message of the call's error.
 */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;
/** The request that a {@link Fetch} sends. All of it matters, but a signal that is not listened to still ends the call. */
export interface FetchInit {
  /** The HTTP method, in capital letters. */
  readonly method: string;
  /** The headers, the key among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, as JSON. Absent with `GET`. */
  readonly body?: string;
  /** Redirects are not followed: one that is followed would carry the key to another host. */
  readonly redirect: "manual";
  /** Aborted when the attempt is given up. */
  readonly signal: AbortSignal;
}
//# sourceMappingURL=fetch.d.ts.map
