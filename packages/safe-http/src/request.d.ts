/** What one call asks of the transport, beside its URL. */
export interface RequestSettings {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: unknown;
  readonly signal?: unknown;
  readonly timeoutMs?: unknown;
  readonly maxRetries?: unknown;
}
/**
 * A request as openapi-fetch makes it, in place of a `Request` of the platform: a custom fetch gets a URL and plain settings, and
 * nothing is built that each attempt would have to clone.
 */
export declare class TransportRequest {
  readonly url: string;
  readonly settings: RequestSettings;
  constructor(url: string, settings: RequestSettings);
}
//# sourceMappingURL=request.d.ts.map
