/** How deep to look for causes; no real chain comes near, and a circle must not hang us. */
export declare const MAX_DEPTH = 8;
/** What a person needs of an error of `fetch`, as plain texts that came from outside. */
export interface NetworkError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
}
/**
 * Reads the innermost of an error and its cause. Nothing else is taken over: a user's own `fetch` may have attached anything,
 * headers for instance.
 *
 * @returns `undefined` for what is no error, or none that can be read as one
 */
export declare function readNetworkError(error: unknown): NetworkError | undefined;
/** The first code in an error's chain of causes, for a person to look up: `ECONNREFUSED`, `ENOTFOUND`. */
export declare function networkErrorCode(error: unknown, depth?: number): string | undefined;
/**
 * Whether an error is that of a proxy that did not let the request through: so named by a user's own `fetch`, which explains it in
 * its message.
 */
export declare function isProxyError({ name }: { readonly name?: unknown }): boolean;
//# sourceMappingURL=network-error.d.ts.map
