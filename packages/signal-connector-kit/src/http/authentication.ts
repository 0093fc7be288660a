import { SettingsError } from "../connector/settings-error.js";
import type { HttpFailureReason } from "./failure.js";

/** A secret, or a function that returns it, asked once per request: for secrets that are rotated. */
export type Secret = string | (() => string | Promise<string>);

/** A request that is about to be sent. */
export interface UnsignedRequest {
  /** The HTTP method, in capital letters. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** The body, exactly as it is sent. */
  readonly body: string | undefined;
  /** The time of day, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Aborted when the request is given up. */
  readonly signal: AbortSignal;
}

/** What a request carries to prove who sends it. */
export interface Credentials {
  /** The headers, by their names. They replace those of the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** What must not appear in any text: the keys, tokens and passwords themselves. */
  readonly secrets: readonly string[];
}

/** How requests prove who sends them. Make one with {@link headerKey}, {@link bearer}, {@link basic} or {@link hmac}, or write your own. */
export interface Authentication {
  /**
   * Returns the credentials of one request. Asked once per request.
   *
   * @throws AuthenticationFailure with the reason of the failure; any other error counts as `no_credentials`. Nothing is sent then.
   */
  authorize(request: UnsignedRequest): Credentials | Promise<Credentials>;
  /**
   * Told how the vendor answered a request with these credentials.
   *
   * @returns whether a 401 only means that these credentials have expired, so that the next request carries others. Default: `false`
   */
  answered?(credentials: Credentials, status: number, nowMs: number): boolean;
}

/** Credentials could not be obtained. The request that needed them was not sent. */
export class AuthenticationFailure extends Error {
  /** The name of the class, as a literal. */
  override readonly name = "AuthenticationFailure";
  /** Why: `invalid_credentials` if somebody has to fix the settings, `no_credentials` if a later attempt may succeed. */
  readonly reason: HttpFailureReason;
  /** What the server that issues them says. */
  readonly vendorMessage?: string | undefined;
  /** The HTTP status of its answer. */
  readonly httpStatus?: number | undefined;
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;

  /** @param message what is wrong, in words that are safe for logs */
  constructor(
    reason: HttpFailureReason,
    message: string,
    facts: {
      readonly vendorMessage?: string | undefined;
      readonly httpStatus?: number | undefined;
      readonly retryAfterMs?: number | undefined;
    } = {},
  ) {
    super(message);
    this.reason = reason;
    Object.assign(this, facts);
  }
}

/**
 * Sends a key in a header of its own.
 *
 * @param name the name of the header, for instance `x-api-key`
 * @throws SettingsError if the key is empty, or contains a space or another character that a key cannot have
 */
export function headerKey(name: string, key: Secret): Authentication {
  return withSecret(key, checkPrintable("key"), (value) => ({ headers: { [name]: value }, secrets: [value] }));
}

/**
 * Sends a token as `Authorization: Bearer …`. For tokens that expire, use `oauth` of `@datafly/signal-connector-kit/http/oauth`.
 *
 * @throws SettingsError if the token is empty, or contains a space or another character that a token cannot have
 */
export function bearer(token: Secret): Authentication {
  return withSecret(token, checkPrintable("token"), bearerCredentials);
}

/** The credentials of a bearer token. */
function bearerCredentials(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
}

/**
 * Sends a user name and a password as `Authorization: Basic …`, in UTF-8. The password may be empty, for vendors that take a key as the
 * user name; then the user name is the secret.
 *
 * @throws SettingsError if the user name is empty or contains a colon, or the password is not a text
 */
export function basic(user: string, password: Secret): Authentication {
  if (user === "" || user.includes(":")) throw wrong("user", "must not be empty or contain a colon");
  const check = (value: unknown) => {
    if (typeof value !== "string") throw wrong("password", "must be a text");
  };
  return withSecret(password, check, (value) => {
    const encoded = toBase64(new TextEncoder().encode(`${user}:${value}`));
    return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, value === "" ? user : value] };
  });
}

/**
 * Makes an authentication with a secret, which is checked at once if it is given, and otherwise each time that the function returns it.
 *
 * @throws SettingsError if the secret is given and is not valid
 */
export function withSecret(
  secret: Secret,
  check: (secret: unknown) => void,
  credentials: (secret: string, request: UnsignedRequest) => Credentials | Promise<Credentials>,
): Authentication {
  if (typeof secret !== "function") {
    check(secret);
    return { authorize: (request) => credentials(secret, request) };
  }
  return {
    authorize: async (request) => {
      const value = await secret();
      try {
        check(value);
      } catch {
        const message = "The function that returns the credentials returned something that is not valid.";
        throw new AuthenticationFailure("invalid_credentials", message);
      }
      return credentials(value, request);
    },
  };
}

/** Returns a check that a secret can be sent in a header. Its error does not repeat the secret. */
function checkPrintable(name: string): (secret: unknown) => void {
  return (secret) => {
    if (typeof secret !== "string" || secret === "") throw wrong(name, "is empty");
    if (!/^[!-~]+$/.test(secret)) throw wrong(name, "contains a space or another invalid character");
  };
}

function wrong(path: string, message: string): SettingsError {
  return new SettingsError([{ path, message }]);
}

/** Bytes as Base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
