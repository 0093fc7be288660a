import type { RateLimit } from "./rate-limit.js";

/** What an {@link ApolloError} is made of. */
export interface ApolloErrorDetails {
  /** What went wrong, and what to do about it. */
  readonly message: string;
  /** See {@link ApolloError.maybeDelivered}. */
  readonly maybeDelivered: boolean;
  /** See {@link ApolloError.attempts}. */
  readonly attempts: number;
  /** See {@link ApolloError.status}. */
  readonly status?: number | undefined;
  /** See {@link ApolloError.headers}. */
  readonly headers?: Headers | undefined;
  /** See {@link ApolloError.code}. */
  readonly code?: string | undefined;
  /** See {@link ApolloError.apolloMessage}. */
  readonly apolloMessage?: string | undefined;
  /** See {@link ApolloError.body}. */
  readonly body?: string | undefined;
  /** See {@link ApolloError.rateLimit}. */
  readonly rateLimit?: RateLimit | undefined;
  /** See {@link ApolloError.retryAfterMs}. */
  readonly retryAfterMs?: number | undefined;
  /** The error that this one came from, without its stack; of an aborted call the reason of the caller's signal, as it is. */
  readonly cause?: unknown;
}

/**
 * What all errors of this client have in common. The API key is in none of them, wherever you look.
 *
 * Tell them apart by their literal `name`, or by `instanceof` if there is certainly only one copy of this package.
 */
export abstract class ApolloError extends Error {
  /** Which error it is: the name of its class, as a literal. */
  abstract override readonly name: ApolloErrorName;

  /**
   * Whether Apollo may have carried out the call: true if that cannot be ruled out for any of its attempts.
   * If it is true and deduplication was off, a retry can make a second contact.
   */
  declare readonly maybeDelivered: boolean;
  /** How often the request was sent, or tried to be sent; 0 if the call was aborted before it began. */
  declare readonly attempts: number;
  /** The HTTP status, if there was an answer. */
  declare readonly status?: number | undefined;
  /**
   * The answer's headers that help to look into it, if there was an answer: those about the quota, the time, the body and the way
   * that it took (`date`, `retry-after`, `cf-ray`, `x-request-id` and the like). All others are omitted.
   */
  declare readonly headers?: Headers | undefined;
  /** Apollo's `error_code`, for instance `API_INACCESSIBLE`. */
  declare readonly code?: string | undefined;
  /** What Apollo said, in one line of at most 500 characters. */
  declare readonly apolloMessage?: string | undefined;
  /** The first 4,096 characters of the answer's body. It can repeat values of the request: personal data. */
  declare readonly body?: string | undefined;
  /** The quota as of this answer. */
  declare readonly rateLimit?: RateLimit | undefined;
  /**
   * How long Apollo asks to wait before a retry, in milliseconds; a year at most. It can be longer than the 24 days that a timer
   * of JavaScript holds.
   */
  declare readonly retryAfterMs?: number | undefined;

  constructor({ message, cause, ...facts }: ApolloErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, facts);
  }

  /** Returns the error as plain data for `JSON.stringify`, with its message and without its stack and cause. */
  toJSON(): Record<string, unknown> {
    const { name, message, headers } = this;
    const facts: Record<string, unknown> = { name, message };
    return Object.assign(facts, this, headers && { headers: Object.fromEntries(headers) });
  }
}

/**
 * Apollo answered, but not with success. The statuses that have a class of their own are thrown as that class; this one
 * itself is thrown for all others, for instance 408 and 409.
 */
export class ApolloApiError extends ApolloError {
  override readonly name: ApolloApiErrorName = "ApolloApiError";
  override readonly status: number;

  constructor(details: ApolloErrorDetails & { readonly status: number }) {
    super(details);
    this.status = details.status;
  }
}

/**
 * 401: the API key is unknown, or came some other way than in the `X-Api-Key` header. 422 with `Api key required`: Apollo got no key at
 * all.
 */
export class AuthenticationError extends ApolloApiError {
  override readonly name = "AuthenticationError";
}

/** 403: the key does not grant *Create a Contact*. If the answer speaks of the plan, it is a {@link PaymentRequiredError}. */
export class PermissionDeniedError extends ApolloApiError {
  override readonly name = "PermissionDeniedError";
}

/** 402, or the 403 of a plan without API access: the team's Apollo plan does not include the call, or has to be paid for. */
export class PaymentRequiredError extends ApolloApiError {
  override readonly name = "PaymentRequiredError";
}

/** 404: the path is wrong, usually because `baseUrl` lacks the `/api` segment. */
export class NotFoundError extends ApolloApiError {
  override readonly name = "NotFoundError";
}

/**
 * 400 or 422: Apollo refused the contact, usually because it lacks a first or last name. The refused attempt wrote nothing;
 * `maybeDelivered` speaks of the earlier ones too.
 */
export class InvalidRequestError extends ApolloApiError {
  override readonly name = "InvalidRequestError";
}

/**
 * 429: one of the three quota windows is used up. The refused attempt wrote nothing; `maybeDelivered` speaks of the earlier
 * ones too. `retryAfterMs` says when the window opens again; if it is longer than `maxRetryAfterMs`, the client does not wait but
 * throws.
 */
export class RateLimitError extends ApolloApiError {
  override readonly name = "RateLimitError";
}

/** 5xx: something failed at Apollo or on the way to it. The contact may have been written. */
export class ServerError extends ApolloApiError {
  override readonly name = "ServerError";
}

/** 3xx: the address redirects. Redirects are not followed, since the key would go along to another host. */
export class RedirectError extends ApolloApiError {
  override readonly name = "RedirectError";
}

/**
 * There was no whole answer. `maybeDelivered` is false if the request was certainly never sent (connection refused, unknown
 * host, a TLS handshake that failed), and true if it may have gone out. The message says what is wrong, as far as the platform
 * tells: a wrong scheme or port, an old version of TLS, a certificate. Platforms whose `fetch` does not say why it failed cannot tell: it is true there.
 */
export class ConnectionError extends ApolloError {
  override readonly name = "ConnectionError";
}

/**
 * There was no answer within `timeoutMs`, or one of success whose body was not complete by then. The contact may have been
 * written. Of a refusal the status is enough: it is thrown as what it is.
 */
export class TimeoutError extends ApolloError {
  override readonly name = "TimeoutError";
}

/**
 * The answer says success but is not what the API promises: not JSON, or without `contact.id`. A proxy may have answered in
 * Apollo's place, or the contact may have been written.
 */
export class UnexpectedResponseError extends ApolloError {
  override readonly name = "UnexpectedResponseError";
}

/**
 * The caller's `signal` was aborted, before, during or between attempts. `maybeDelivered` says what is certain; `cause` is the reason
 * of the signal.
 */
export class RequestAbortedError extends ApolloError {
  override readonly name = "RequestAbortedError";
}

/** The `apiKey` function failed, took longer than `timeoutMs`, or returned something that is not a key. That attempt sent nothing. */
export class ApiKeyError extends ApolloError {
  override readonly name = "ApiKeyError";
}

/** Every class, by its name. */
const CLASSES = {
  ApolloApiError,
  AuthenticationError,
  PermissionDeniedError,
  PaymentRequiredError,
  NotFoundError,
  InvalidRequestError,
  RateLimitError,
  ServerError,
  RedirectError,
  ConnectionError,
  TimeoutError,
  UnexpectedResponseError,
  RequestAbortedError,
  ApiKeyError,
};

/** The literal `name` of every error that this client throws. */
export type ApolloErrorName = keyof typeof CLASSES;

/** Every error that this client throws, to be told apart by `name`. */
export type AnyApolloError = InstanceType<(typeof CLASSES)[ApolloErrorName]>;

/** The literal `name` of every error that an answer other than success is thrown as. */
export type ApolloApiErrorName = Exclude<
  ApolloErrorName,
  "ConnectionError" | "TimeoutError" | "UnexpectedResponseError" | "RequestAbortedError" | "ApiKeyError"
>;

/**
 * Whether a caught value is an error of this client, be it of another copy of this package, where `instanceof` fails.
 *
 * @example
 * ```ts
 * import { createApolloClient, isApolloError } from "@datafly/apollo-client";
 *
 * const apollo = createApolloClient({ apiKey: "…" });
 * try {
 *   await apollo.contacts.create({ first_name: "Ada", last_name: "Byron", run_dedupe: true });
 * } catch (error) {
 *   if (isApolloError(error) && error.name === "RateLimitError") console.log(error.retryAfterMs);
 *   else throw error;
 * }
 * ```
 */
export function isApolloError(value: unknown): value is AnyApolloError {
  return value instanceof Error && Object.hasOwn(CLASSES, value.name) && "maybeDelivered" in value;
}
