import type { RateLimit } from "../rate-limit.js";

/** The literal `name` of every error that this client throws. */
export type ApolloErrorName =
  ApolloApiErrorName | "ConnectionError" | "TimeoutError" | "UnexpectedResponseError" | "RequestAbortedError";

/** The literal `name` of every error that stands for an answer other than 200. */
export type ApolloApiErrorName =
  | "ApolloApiError"
  | "AuthenticationError"
  | "PermissionDeniedError"
  | "PaymentRequiredError"
  | "NotFoundError"
  | "InvalidRequestError"
  | "RateLimitError"
  | "ServerError"
  | "RedirectError";

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
  /** The error that this one came from, without its stack. */
  readonly cause?: Error | undefined;
}

/**
 * What all errors of this client have in common. The API key is in none of them, wherever you look.
 *
 * Tell them apart by their literal `name`, or by `instanceof` where there is certainly only one copy of this package.
 */
export abstract class ApolloError extends Error {
  /** Which error it is: the name of its class, as a literal. */
  abstract override readonly name: ApolloErrorName;

  /**
   * Whether Apollo may have carried out the call: true if that cannot be ruled out for any of its attempts.
   * Where it is true and deduplication was off, a repeat can make a second contact.
   */
  declare readonly maybeDelivered: boolean;
  /** How often the request was sent, or tried to be sent; 0 where the call was aborted before it began. */
  declare readonly attempts: number;
  /** The HTTP status, if there was an answer. */
  declare readonly status?: number | undefined;
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
    super(message, cause && { cause });
    Object.assign(this, facts);
  }

  /** The error as plain data for `JSON.stringify`, with its message and without its stack. */
  toJSON(): Record<string, unknown> {
    const { name, message, status, code, apolloMessage, maybeDelivered, attempts, retryAfterMs, rateLimit, body } =
      this;
    return { name, message, status, code, apolloMessage, maybeDelivered, attempts, retryAfterMs, rateLimit, body };
  }
}
