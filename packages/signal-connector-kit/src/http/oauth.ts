import {
  cleanLine,
  createRedactor,
  exchange,
  isObject,
  ownProperties,
  parseJson,
  readRetryAfter,
  withDeadline,
  type Answer,
  type Fetch,
} from "@datafly/safe-http";
import * as library from "oauth4webapi";

import { SettingsError } from "../connector/settings-error.js";
import { AuthenticationFailure, type Authentication, type Credentials, type Secret } from "./authentication.js";

/** Settings of {@link oauth}. */
export interface OAuthOptions {
  /** The token endpoint: an https URL, or an http URL of this machine. */
  readonly tokenUrl: string;
  /** The client's id. */
  readonly clientId: string;
  /** The client's secret, or a function that returns it, asked once per token. */
  readonly clientSecret: Secret;
  /**
   * How the client proves who it is: `basic` in a header, `post` in the body.
   * @default "basic"
   */
  readonly clientAuthentication?: "basic" | "post" | undefined;
  /** What the token is to allow. Default: what the server grants by default */
  readonly scope?: string | undefined;
  /** Further parameters of the token request, for instance `audience`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** A refresh token, with which access tokens are obtained. Without it, the client gets them in its own name (client credentials). */
  readonly refreshToken?: string | undefined;
  /**
   * Receives the refresh token that replaces the one before, if the server issues one. Store it: after a restart, the old one is not valid
   * any more. If this fails, no request is sent with the new access token, and the next one tries again.
   */
  readonly onRefreshToken?: ((refreshToken: string) => unknown) | undefined;
  /**
   * How long obtaining a token may take, in milliseconds.
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * What to ask for tokens with.
   * @default the global `fetch`, looked up at each request
   */
  readonly fetch?: Fetch | undefined;
}

/** A token is renewed this long before it expires, or a tenth of its time before, if that is shorter. */
const RENEW_BEFORE_MS = 60_000;

interface Token {
  readonly value: string;
  readonly expiresAt: number;
  readonly renewAt: number;
  /** Whether the vendor has carried out a request with it. */
  accepted: boolean;
}

/**
 * Sends an access token of OAuth 2 as `Authorization: Bearer …`, obtained with client credentials or a refresh token, through the library
 * oauth4webapi (install it beside this package).
 *
 * However many calls are in flight, one request obtains the token for all of them. A 401 for a token that is past its time, or had been
 * accepted before, is `credentials_expired`: the next attempt uses a new one. A 401 for a new token, and a token endpoint that refuses the
 * client or the refresh token, are of the class `setup`. A token endpoint that fails or does not answer is `no_credentials`, which the
 * engine retries.
 *
 * @throws SettingsError if an option is wrong
 *
 * @example
 * ```ts
 * import { createHttp } from "@datafly/signal-connector-kit/http";
 * import { oauth } from "@datafly/signal-connector-kit/http/oauth";
 *
 * const authentication = oauth({
 *   tokenUrl: "https://auth.acme.example/oauth/token",
 *   clientId: "the client's id",
 *   clientSecret: "the client's secret",
 * });
 * const http = createHttp({ vendor: "Acme", baseUrl: "https://api.acme.example", authentication });
 * ```
 */
export function oauth(options: OAuthOptions): Authentication {
  const settings = ownProperties(options);
  checkOAuthOptions(settings);
  let refreshToken = settings.refreshToken;
  let current: Token | undefined;
  let pending: Promise<string> | undefined;
  let latestRefusal: { readonly token: string; readonly hasExpired: boolean } | undefined;

  const obtain = async (nowMs: number): Promise<string> => {
    const answer = await requestToken(settings, refreshToken, nowMs);
    if (answer.refresh_token !== undefined && answer.refresh_token !== refreshToken) {
      refreshToken = answer.refresh_token;
      try {
        await settings.onRefreshToken?.(refreshToken);
      } catch {
        throw new AuthenticationFailure("no_credentials", "The new refresh token could not be stored.");
      }
    }
    const lifeMs = (answer.expires_in ?? Infinity) * 1000;
    const renewBeforeMs = Math.min(RENEW_BEFORE_MS, lifeMs / 10);
    const expiresAt = nowMs + lifeMs;
    current = { value: answer.access_token, expiresAt, renewAt: expiresAt - renewBeforeMs, accepted: false };
    return current.value;
  };

  return {
    authorize: async ({ nowMs }) => {
      if (current !== undefined && nowMs < current.renewAt) return credentialsOf(current.value);
      // One for all calls in flight. None of them ends it: it has a deadline of its own.
      pending ??= obtain(nowMs).finally(() => (pending = undefined));
      return credentialsOf(await pending);
    },
    answered: ({ secrets: [token = ""] }, status, nowMs) => {
      const isCurrent = token === current?.value;
      if (status !== 401) {
        if (isCurrent && current !== undefined && status < 300) current.accepted = true;
        return false;
      }
      if (!isCurrent || current === undefined) {
        // Another call has found out about this token, or it has been renewed in the meantime.
        return latestRefusal?.token === token ? latestRefusal.hasExpired : true;
      }
      const hasExpired = current.accepted || nowMs >= current.expiresAt;
      latestRefusal = { token, hasExpired };
      current = undefined;
      return hasExpired;
    },
  };
}

function credentialsOf(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` }, secrets: [token] };
}

type TokenAnswer = Awaited<ReturnType<typeof library.processClientCredentialsResponse>>;

/**
 * Asks the token endpoint once.
 *
 * @throws AuthenticationFailure
 */
async function requestToken(
  settings: OAuthOptions,
  refreshToken: string | undefined,
  nowMs: number,
): Promise<TokenAnswer> {
  const { tokenUrl, clientSecret, scope, timeoutMs = 30_000, fetch = platformsFetch } = settings;
  const secret = typeof clientSecret === "string" ? clientSecret : await clientSecret();
  const { learn, redact } = createRedactor();
  for (const one of [secret, refreshToken]) if (one !== undefined && one !== "") learn(one);

  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: settings.clientId };
  const prove = settings.clientAuthentication === "post" ? library.ClientSecretPost : library.ClientSecretBasic;
  const parameters = { ...settings.parameters, ...(scope !== undefined && { scope }) };
  let answer: Answer | undefined;
  const options = {
    // Marked as deprecated to stand out. The URL has been checked: only this machine is asked over http.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    [library.allowInsecureRequests]: true,
    [library.customFetch]: async (
      url: string,
      { headers, body }: library.CustomFetchOptions<"POST", URLSearchParams>,
    ) => {
      learn((headers.authorization ?? secret).replace(/^Basic /, ""));
      const request = { url, method: "POST", headers, body: body.toString() };
      answer = await withDeadline(timeoutMs, undefined, (deadline) => exchange(fetch, request, deadline));
      return responseOf(answer);
    },
  };
  try {
    if (refreshToken === undefined) {
      const response = await library.clientCredentialsGrantRequest(server, client, prove(secret), parameters, options);
      return await library.processClientCredentialsResponse(server, client, response);
    }
    const response = await library.refreshTokenGrantRequest(server, client, prove(secret), refreshToken, {
      ...options,
      additionalParameters: parameters,
    });
    return await library.processRefreshTokenResponse(server, client, response);
  } catch {
    throw failureOf(answer, redact, nowMs);
  }
}

const platformsFetch: Fetch = (url, init) => globalThis.fetch(url, init);

/** What the library judges, from what has been read already: bounded, in time, and without the parts that are of no use here. */
function responseOf({ status, text }: Answer): Response {
  const json = parseJson(text);
  // An id token would be judged, too, by a server's metadata that is not known here.
  const token = isObject(json) ? { ...json, id_token: undefined } : {};
  // Statuses of another kind have no token, and some of them no body.
  return Response.json(token, { status: status === 200 || (status >= 400 && status < 600) ? status : 500 });
}

/** Why there is no token. */
function failureOf(answer: Answer | undefined, redact: (text: string) => string, nowMs: number): AuthenticationFailure {
  if (answer === undefined) {
    return new AuthenticationFailure(
      "no_credentials",
      "The token endpoint cannot be reached, or does not answer in time.",
    );
  }
  const { status, headers } = answer;
  const facts = {
    vendorMessage: wordsOf(answer, redact),
    httpStatus: status,
    retryAfterMs: readRetryAfter(headers, nowMs),
  };
  if (status === 429)
    return new AuthenticationFailure("rate_limited", "The token endpoint is rate limited (429).", facts);
  if (status >= 300 && status < 500 && status !== 408) {
    return new AuthenticationFailure(
      "invalid_credentials",
      `The token endpoint refused the client (${status}).`,
      facts,
    );
  }
  return new AuthenticationFailure(
    "no_credentials",
    `The token endpoint answered ${status} without a valid token.`,
    facts,
  );
}

/** What the server says of a refusal, in the members that OAuth has for it. */
function wordsOf({ text }: Answer, redact: (text: string) => string): string | undefined {
  const json = parseJson(text);
  const { error, error_description } = isObject(json) ? json : {};
  const words = [error, error_description].filter((one) => typeof one === "string" && one !== "");
  return words.length === 0 ? undefined : cleanLine(words.join(": "), redact);
}

/** @throws SettingsError that repeats no value */
function checkOAuthOptions({ tokenUrl, clientId, clientSecret }: OAuthOptions): void {
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : undefined;
  const isLocal = url?.protocol === "http:" && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== "https:" && !isLocal))
    throw wrong("tokenUrl", "must be an https URL, or an http URL of this machine");
  if (url.username || url.password) throw wrong("tokenUrl", "must have no user name or password");
  if (typeof clientId !== "string" || clientId === "") throw wrong("clientId", "is empty");
  if (typeof clientSecret !== "function" && (typeof clientSecret !== "string" || clientSecret === ""))
    throw wrong("clientSecret", "is empty");
}

function wrong(path: string, message: string): SettingsError {
  return new SettingsError([{ path, message }]);
}
