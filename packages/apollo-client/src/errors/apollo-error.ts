import type { RateLimit } from "../rate-limit.js";

/** The literal `name` of every error that this client throws. */
export type ApolloErrorName =
  ApolloApiErrorName | "ConnectionError" | "TimeoutError" | "UnexpectedResponseError" | "RequestAbortedError";

/** The literal `name` of every error that stands for an answer other than 200. */
export type ApolloApiErrorName =
  | "ApolloApiError"
  | "AuthenticationError"
  | "PermissionDeniedError"
  | "NotFoundError"
  | "InvalidRequestError"
  | "RateLimitError"
  | "ServerError"
  | "RedirectError";

/** What an {@link ApolloError} is made of. */
export interface ApolloErrorDetails {
  readonly message: string;
  readonly maybeDelivered: boolean;
  readonly attempts: number;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly apolloMessage?: string | undefined;
  readonly body?: string | undefined;
  readonly rateLimit?: RateLimit | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: Error | undefined;
}

/**
 * What all errors of this client have in common. The API key is in none of them, wherever you look.
 *
 * Tell them apart by their literal `name`, or by `instanceof` where there is certainly only one copy of this package.
 */
export abstract class ApolloError extends Error {
  abstract override readonly name: ApolloErrorName;

  /**
   * Whether Apollo may have carried out the call: true if that cannot be ruled out for any of its attempts.
   * Where it is true and deduplication was off, a repeat can make a second contact.
   */
  readonly maybeDelivered: boolean;
  /** How often the request was sent, or tried to be sent; 0 where the call was aborted before it began. */
  readonly attempts: number;
  /** The HTTP status, if there was an answer. */
  readonly status?: number | undefined;
  /** Apollo's `error_code`, for instance `API_INACCESSIBLE`. */
  readonly code?: string | undefined;
  /** What Apollo said, in one line of at most 500 characters. */
  readonly apolloMessage?: string | undefined;
  /** The first 4,096 characters of the answer's body. It can repeat values of the request: personal data. */
  readonly body?: string | undefined;
  /** The quota as of this answer. */
  readonly rateLimit?: RateLimit | undefined;
  /** How long Apollo asks to wait before a repeat, in milliseconds. */
  readonly retryAfterMs?: number | undefined;

  constructor(details: ApolloErrorDetails) {
    super(details.message, details.cause && { cause: details.cause });
    this.maybeDelivered = details.maybeDelivered;
    this.attempts = details.attempts;
    this.status = details.status;
    this.code = details.code;
    this.apolloMessage = details.apolloMessage;
    this.body = details.body;
    this.rateLimit = details.rateLimit;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The error as plain data for `JSON.stringify`, with its message and without its stack. */
  toJSON(): Record<string, unknown> {
    const { name, message, status, code, apolloMessage, maybeDelivered, attempts, retryAfterMs, rateLimit, body } =
      this;
    return { name, message, status, code, apolloMessage, maybeDelivered, attempts, retryAfterMs, rateLimit, body };
  }
}
