/** What a kind of failure means for a retry. */
export interface RetryRule {
  /** Whether the server may have carried out the call, if it is one that writes. */
  readonly maybeDelivered: boolean;
  /** Whether the call is worth retrying, and under which condition that is safe. */
  readonly retry: "always" | "if_harmless" | "never";
}
/**
 * When a retry is safe: if the call was certainly not carried out, or if carrying it out twice is harmless. Whether it is, each
 * operation says of itself; reading always is.
 */
export declare const RETRY_RULES: {
  /** 429: refused before it was looked at. */
  readonly throttled: {
    readonly maybeDelivered: false;
    readonly retry: "always";
  };
  /** The `apiKey` function failed or returned something that is not a key: nothing was sent. */
  readonly no_credential: {
    readonly maybeDelivered: false;
    readonly retry: "always";
  };
  /** No connection came about. */
  readonly never_sent: {
    readonly maybeDelivered: false;
    readonly retry: "always";
  };
  /** The connection was lost after it had come about. */
  readonly lost: {
    readonly maybeDelivered: true;
    readonly retry: "if_harmless";
  };
  /** No complete answer in time. */
  readonly timeout: {
    readonly maybeDelivered: true;
    readonly retry: "if_harmless";
  };
  /** 5xx, 408, or no status at all: it failed, at a point that is not known. */
  readonly failed: {
    readonly maybeDelivered: true;
    readonly retry: "if_harmless";
  };
  /** Success by its status, but not by its body. */
  readonly unexpected: {
    readonly maybeDelivered: true;
    readonly retry: "if_harmless";
  };
  /** 3xx or any other 4xx: it would be refused again. */
  readonly refused: {
    readonly maybeDelivered: false;
    readonly retry: "never";
  };
  /** The caller gave up before the attempt was begun. */
  readonly not_started: {
    readonly maybeDelivered: false;
    readonly retry: "never";
  };
  /** The caller gave up while the call was in flight. */
  readonly aborted: {
    readonly maybeDelivered: true;
    readonly retry: "never";
  };
};
//# sourceMappingURL=retry-rules.d.ts.map
