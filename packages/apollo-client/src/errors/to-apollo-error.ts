import { isObject, parseJson } from "../json.js";
import { readRateLimit } from "../rate-limit.js";
import type { Operation } from "../operation.js";
import type { Redact } from "../secret.js";
import type { Answer } from "../transport/answer.js";
import type { Failure } from "../transport/attempt.js";
import type { NetworkError } from "../transport/network-error.js";
import { MAX_RETRY_AFTER_MS, readRetryAfter } from "../transport/retry-after.js";
import { ApolloApiError } from "./apollo-api-error.js";
import type { ApolloErrorDetails } from "./apollo-error.js";
import { AuthenticationError } from "./authentication-error.js";
import { connectionAdvice } from "./connection-advice.js";
import { ConnectionError } from "./connection-error.js";
import { InvalidRequestError } from "./invalid-request-error.js";
import { knownAnswer } from "./known-answer.js";
import type { AnyApolloError } from "./is-apollo-error.js";
import { NotFoundError } from "./not-found-error.js";
import { PaymentRequiredError } from "./payment-required-error.js";
import { PermissionDeniedError } from "./permission-denied-error.js";
import { RateLimitError } from "./rate-limit-error.js";
import { RedirectError } from "./redirect-error.js";
import { RequestAbortedError } from "./request-aborted-error.js";
import { ServerError } from "./server-error.js";
import { TimeoutError } from "./timeout-error.js";
import { UnexpectedResponseError } from "./unexpected-response-error.js";

const MAX_BODY = 4096;
const MAX_MESSAGE = 500;
const SECONDS_OF_DAY = 24 * 60 * 60;

/** What an error needs to know beside the failure itself. */
export interface ErrorContext {
  readonly attempts: number;
  /** Whether any of the attempts may have been carried out. */
  readonly maybeDelivered: boolean;
  readonly operation: Operation<unknown>;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly nowMs: number;
  readonly redact: Redact;
}

/** Makes the error that the caller gets of the failure that ended a call. */
export function toApolloError(failure: Failure, context: ErrorContext): AnyApolloError {
  const { attempts, maybeDelivered, baseUrl, timeoutMs, redact } = context;
  const { words } = context.operation;
  const outcome = maybeDelivered ? words.maybeDelivered : "Nothing was written.";
  const said = (...parts: string[]) => ({ attempts, maybeDelivered, message: sentences(...parts, outcome) });
  switch (failure.kind) {
    case "refused":
    case "throttled":
    case "failed":
      return toApiError(failure.answer, context);
    case "unexpected":
      return new UnexpectedResponseError({
        ...readDetails(failure.answer, context),
        ...said(
          `The answer (${failure.answer.status}) is not what Apollo's API promises: ${words.unproven}.`,
          "Is a proxy answering in Apollo's place?",
        ),
      });
    case "never_sent":
    case "lost": {
      const code = failure.cause?.code;
      const where = code === undefined ? baseUrl : `${baseUrl} (${cleanLine(code, redact)})`;
      const advice = failure.cause && connectionAdvice(failure.cause);
      const what =
        failure.kind === "never_sent"
          ? [`Could not connect to ${where}.`, cleanLine(advice ?? "Check baseUrl and the network.", redact)]
          : [`The connection to ${where} was lost before a whole answer came.`, advice ?? ""];
      return new ConnectionError({ ...said(...what), cause: failure.cause && causeOf(failure.cause, redact) });
    }
    case "timeout":
      return new TimeoutError(said(`There was no complete answer from ${baseUrl} within ${timeoutMs} ms.`));
    case "not_started":
    case "aborted":
      return new RequestAbortedError(said("The call was aborted by its caller."));
  }
}

function toApiError(answer: Answer, context: ErrorContext): ApolloApiError {
  const { status } = answer;
  const details = readDetails(answer, context);
  const { path, words } = context.operation;
  const outcome = context.maybeDelivered ? words.maybeDelivered : "";
  const quote = details.apolloMessage === undefined ? "" : `Apollo says: ${details.apolloMessage}`;
  const withMessage = (...parts: string[]) => ({ ...details, status, message: sentences(...parts, outcome, quote) });

  const known = knownAnswer(status, parseJson(answer.text));
  if (known) return new known.error(withMessage(known.message));
  if (status < 300 || status >= 500) {
    return new ServerError(withMessage(`Apollo, or a gateway before it, failed (${status}).`));
  }
  if (status < 400) {
    const location = cleanLine(answer.headers.get("location") ?? "an unknown address", context.redact);
    return new RedirectError(
      withMessage(
        `${context.baseUrl} redirects (${status}) to ${location}.`,
        "Redirects are not followed, since the API key would go along. Set baseUrl to the address of Apollo's API.",
      ),
    );
  }
  switch (status) {
    case 401:
      return new AuthenticationError(
        withMessage("Invalid API key (401). Recreate the key in Apollo with the Create a Contact endpoint enabled."),
      );
    case 402:
      return new PaymentRequiredError(
        withMessage("The Apollo plan has to be paid for (402). Check the plan and its payment in Apollo."),
      );
    case 403:
      return new PermissionDeniedError(
        withMessage(
          "The key lacks the Create a Contact scope, or the plan has no API access (403).",
          "Recreate the key in Apollo with the Create a Contact endpoint enabled.",
        ),
      );
    case 404:
      return new NotFoundError(
        withMessage(
          "Wrong endpoint path (404).",
          `Confirm the request targets /api/v1${path} (with the /api segment); baseUrl is ${context.baseUrl}.`,
        ),
      );
    case 400:
    case 422:
      return new InvalidRequestError(withMessage(`Apollo refused ${words.refused} (${status}).`, words.refusedAdvice));
    case 429:
      return new RateLimitError(
        withMessage(
          "Apollo rate limit hit (429).",
          details.retryAfterMs === undefined ? "Repeat later;" : `Repeat in ${waitText(details.retryAfterMs)};`,
          "raise the limit on your Apollo plan if it persists.",
        ),
      );
    default:
      return new ApolloApiError(withMessage(`Apollo did not accept the call (${status}).`));
  }
}

/** A wait in words, rounded up. */
function waitText(ms: number): string {
  if (ms >= MAX_RETRY_AFTER_MS) return "a year or more";
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 2 * SECONDS_OF_DAY ? `${seconds} s` : `${Math.ceil(seconds / SECONDS_OF_DAY)} days`;
}

function readDetails(answer: Answer, context: ErrorContext): Omit<ApolloErrorDetails, "message"> {
  const { status, headers } = answer;
  const { redact } = context;
  const text = redact(answer.text, answer);
  const json = parseJson(answer.text);
  const { error, errors, message, error_code } = isObject(json) ? json : {};
  const plain = /^text\/plain/i.test(headers.get("content-type") ?? "") ? text : undefined;
  const apolloMessage = [message, error, errors, plain].map((one) => textOf(one)).find((one) => one !== "");
  return {
    attempts: context.attempts,
    maybeDelivered: context.maybeDelivered,
    status,
    code: typeof error_code === "string" ? cleanLine(error_code, redact) : undefined,
    apolloMessage: apolloMessage === undefined ? undefined : cleanLine(apolloMessage, redact),
    body: text.slice(0, MAX_BODY),
    rateLimit: readRateLimit(headers),
    retryAfterMs: readRetryAfter(headers, context.nowMs),
  };
}

/** How deep to look for texts in an error, and how many to take: what is longer is no message. */
const MAX_NESTING = 3;
const MAX_TEXTS = 10;

/** The texts of an error, which may be a text, an object with one, or a list of either; empty if there is none. */
function textOf(error: unknown, nesting = 0): string {
  if (typeof error === "string") return error.trim();
  if (nesting === MAX_NESTING) return "";
  if (isObject(error)) return textOf(error.message, nesting + 1) || textOf(error.error, nesting + 1);
  if (!Array.isArray(error)) return "";
  const texts = error.slice(0, MAX_TEXTS).map((one) => textOf(one, nesting + 1));
  return texts.filter((text) => text !== "").join(", ");
}

/**
 * Texts from outside end up on terminals and in logs: no key, no line breaks, no escape sequences, not too long. The key goes
 * first, as long as it is whole.
 */
function cleanLine(text: string, redact: Redact): string {
  const line = redact(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE - 1)}…` : line;
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function causeOf({ name, message }: NetworkError, redact: Redact): Error {
  const cause = new Error(cleanLine(message, redact));
  cause.name = cleanLine(name, redact);
  delete cause.stack;
  return cause;
}
