import {
  type Answer,
  type CallFacts,
  cleanLine,
  connectionAdvice,
  type Failure,
  isObject,
  MAX_RETRY_AFTER_MS,
  type NetworkError,
  parseJson,
  readRetryAfter,
  readWords,
  type Redactor,
} from "@datafly/safe-http";

import type { ApolloOperation } from "./apollo-operation.js";
import {
  ApiKeyError,
  ApolloApiError,
  AuthenticationError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PaymentRequiredError,
  PermissionDeniedError,
  RateLimitError,
  RedirectError,
  RequestAbortedError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  type AnyApolloError,
} from "./errors.js";
import { knownAnswer } from "./known-answer.js";
import { readRateLimit } from "./rate-limit.js";

const SECONDS_OF_DAY = 24 * 60 * 60;

/** What an error needs to know beside the failure itself. */
export interface ErrorContext extends CallFacts<ApolloOperation> {
  /** As the user gave it. */
  readonly baseUrl: string;
  readonly redact: Redactor["redact"];
}

/** Makes the error that the caller gets of the failure that ended a call. */
export function toApolloError(failure: Failure, context: ErrorContext): AnyApolloError {
  const { attempts, maybeDelivered, timeoutMs, redact } = context;
  const baseUrl = cleanLine(context.baseUrl, redact);
  const said = (...parts: string[]) => ({
    attempts,
    maybeDelivered,
    message: sentences(...parts, uncertainty(context) || "Nothing was written."),
  });
  switch (failure.kind) {
    case "refused":
    case "throttled":
    case "failed":
      return toApiError(failure.answer, baseUrl, context);
    case "unexpected":
      return new UnexpectedResponseError({
        ...readDetails(failure.answer, context),
        ...said(
          `The answer (${failure.answer.status}) is not what Apollo's API promises: ${context.operation.words.unproven}.`,
          "Is a proxy answering in Apollo's place?",
        ),
      });
    case "never_sent":
    case "lost": {
      const { cause } = failure;
      const where = cause?.code === undefined ? baseUrl : `${baseUrl} (${cleanLine(cause.code, redact)})`;
      const advice = cause && connectionAdvice(cause);
      const what =
        failure.kind === "never_sent"
          ? [`Could not connect to ${where}.`, cleanLine(advice ?? "Check baseUrl and the network.", redact)]
          : [`The connection to ${where} was lost before a whole answer came.`, advice ?? ""];
      return new ConnectionError({ ...said(...what), cause: cause && errorOf(cause, redact) });
    }
    case "no_credential":
      return new ApiKeyError({
        ...said(`The apiKey function did not return a valid key within ${timeoutMs} ms.`),
        cause: failure.cause && errorOf(failure.cause, redact),
      });
    case "timeout":
      return new TimeoutError(said(`There was no complete answer from ${baseUrl} within ${timeoutMs} ms.`));
    case "not_started":
    case "aborted":
      return new RequestAbortedError({ ...said("The call was aborted by its caller."), cause: failure.reason });
  }
}

/** What it means if Apollo may have carried out the call; empty if it certainly did not. */
function uncertainty({ maybeDelivered, harmlessTwice, operation: { words } }: ErrorContext): string {
  return maybeDelivered ? words.maybeDelivered(harmlessTwice) : "";
}

function toApiError(answer: Answer, baseUrl: string, context: ErrorContext): ApolloApiError {
  const { status } = answer;
  const details = readDetails(answer, context);
  const { words } = context.operation;
  const quote = details.apolloMessage === undefined ? "" : `Apollo says: ${details.apolloMessage}`;
  const withMessage = (...parts: string[]) => ({
    ...details,
    status,
    message: sentences(...parts, uncertainty(context), quote),
  });

  const known = knownAnswer(status, parseJson(answer.text));
  if (known) return new known.error(withMessage(known.message));
  if (status < 300 || status >= 500) {
    return new ServerError(withMessage(`Apollo, or a gateway in front of it, failed (${status}).`));
  }
  if (status < 400) {
    const location = cleanLine(answer.headers.get("location") ?? "an unknown address", context.redact);
    return new RedirectError(
      withMessage(
        `${baseUrl} redirects (${status}) to ${location}.`,
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
          `The key lacks the ${words.endpoint} scope, or the plan has no API access (403).`,
          `Recreate the key in Apollo with the ${words.endpoint} endpoint enabled.`,
        ),
      );
    case 404:
      return new NotFoundError(
        withMessage(
          "Wrong endpoint path (404).",
          `Confirm the request targets /api/v1${context.path} (with the /api segment); baseUrl is ${baseUrl}.`,
        ),
      );
    case 400:
    case 422:
      return new InvalidRequestError(withMessage(`Apollo refused ${words.refused} (${status}).`, words.refusedAdvice));
    case 429:
      return new RateLimitError(
        withMessage(
          "Apollo rate limit hit (429).",
          details.retryAfterMs === undefined ? "Retry later;" : `Retry in ${waitText(details.retryAfterMs)};`,
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

function readDetails(answer: Answer, context: ErrorContext) {
  const { status, headers } = answer;
  const { attempts, maybeDelivered, redact } = context;
  const { json, body, message } = readWords(answer, redact);
  const { error_code } = isObject(json) ? json : {};
  return {
    attempts,
    maybeDelivered,
    status,
    headers: shownHeaders(headers, redact),
    code: typeof error_code === "string" ? cleanLine(error_code, redact) : undefined,
    apolloMessage: message,
    body,
    rateLimit: readRateLimit(headers),
    retryAfterMs: readRetryAfter(headers, context.nowMs),
  };
}

/** The headers that help to look into an answer. All others are omitted: what they hold is not known. */
const SHOWN_HEADERS =
  /^(?:date|retry-after|content-(?:type|length)|server|via|age|cf-ray|x-(?:request-id|runtime|cache|rate-limit-.*|.*-usage|.*-requests-left))$/;

function shownHeaders(headers: Headers, redact: Redactor["redact"]): Headers {
  const shown = [...headers].filter(([name]) => SHOWN_HEADERS.test(name));
  return new Headers(shown.map(([name, value]): [string, string] => [name, redact(value)]));
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function errorOf({ name, message }: NetworkError, redact: Redactor["redact"]): Error {
  const error = new Error(cleanLine(message, redact));
  error.name = cleanLine(name, redact);
  delete error.stack;
  return error;
}
