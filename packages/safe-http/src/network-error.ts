/** How deep to look for causes; no real chain comes near, and a circle must not hang us. */
export const MAX_DEPTH = 8;

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
export function readNetworkError(error: unknown): NetworkError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error.cause instanceof Error ? error.cause : error;
  const texts: readonly unknown[] = [name, message];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  return { name, message, code: networkErrorCode(error) };
}

/** The first code in an error's chain of causes, for a person to look up: `ECONNREFUSED`, `ENOTFOUND`. */
export function networkErrorCode(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > MAX_DEPTH) return undefined;
  const { code, cause } = error as Partial<Record<string, unknown>>;
  // What is no name of an error may be anything. OpenSSL has names with a slash.
  return typeof code === "string" && /^[A-Z][A-Z0-9_/]*$/i.test(code) ? code : networkErrorCode(cause, depth + 1);
}

/**
 * Whether an error is that of a proxy that did not let the request through: so named by a user's own `fetch`, which explains it in
 * its message.
 */
export function isProxyError({ name }: { readonly name?: unknown }): boolean {
  return name === "ProxyError";
}
