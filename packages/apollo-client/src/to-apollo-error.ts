import {
  cleanLine,
  connectionAdvice,
  isObject,
  MAX_RETRY_AFTER_MS,
  parseJson,
  readRetryAfter,
  readWords,
  type Answer,
  type CallFacts,
  type Failure,
  type NetworkError,
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
  type ApolloErrorDetails,
} from "./errors.js";
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
  const { attempts, maybeDelivered, harmlessTwice, operation, timeoutMs, redact } = context;
  const baseUrl = cleanLine(context.baseUrl, redact);
  const uncertainty = maybeDelivered ? operation.words.maybeDelivered(harmlessTwice) : "";
  const facts = (message: string, cause?: unknown) => ({
    attempts,
    maybeDelivered,
    message: sentences(message, uncertainty || "Nothing was written."),
    cause,
  });
  switch (failure.kind) {
    case "never_sent":
    case "lost": {
      const { kind, cause } = failure;
      const where = cause?.code === undefined ? baseUrl : `${baseUrl} (${cleanLine(cause.code, redact)})`;
      const advice = cause && connectionAdvice(cause);
      const message =
        kind === "never_sent"
          ? `Could not connect to ${where}. ${cleanLine(advice ?? "Check baseUrl and the network.", redact)}`
          : sentences(`The connection to ${where} was lost before a whole answer came.`, advice);
      return new ConnectionError(facts(message, errorOf(cause, redact)));
    }
    case "no_credential":
      return new ApiKeyError(
        facts(`The apiKey function did not return a valid key within ${timeoutMs} ms.`, errorOf(failure.cause, redact)),
      );
    case "timeout":
      return new TimeoutError(facts(`There was no complete answer from ${baseUrl} within ${timeoutMs} ms.`));
    case "not_started":
    case "aborted":
      return new RequestAbortedError(facts("The call was aborted by its caller.", failure.reason));
    default: {
      const { answer, kind } = failure;
      const details = readDetails(answer, context);
      const [ErrorClass, what, advice] = meaningOf(
        answer,
        kind === "unexpected",
        { ...context, baseUrl },
        details.retryAfterMs,
      );
      const quote = details.apolloMessage && `Apollo says: ${details.apolloMessage}`;
      const message = sentences(`${what} (${answer.status})${advice}`, uncertainty, quote);
      return new ErrorClass({ ...details, message });
    }
  }
}

/** An error's class, and its message around the status: `Invalid API key` and `. Recreate …`. */
type Meaning = readonly [
  errorClass: new (details: ApolloErrorDetails & { readonly status: number }) => AnyApolloError,
  what: string,
  advice: string,
];

/** What to do about a key that is not valid, or lacks the scope of an endpoint. */
function recreate(endpoint: string): string {
  return `. Recreate the key in Apollo with the ${endpoint} endpoint enabled.`;
}

/** What a status means, if nothing else is to be said of it. */
const MEANING_OF_STATUS: Readonly<Partial<Record<number, Meaning>>> = {
  401: [AuthenticationError, "Invalid API key", recreate("Create a Contact")],
  402: [PaymentRequiredError, "The Apollo plan has to be paid for", ". Check the plan in Apollo."],
};

function meaningOf(
  { status, headers, text }: Answer,
  isUnexpected: boolean,
  { operation: { words }, path, baseUrl, redact }: ErrorContext,
  retryAfterMs: number | undefined,
): Meaning {
  if (isUnexpected)
    return [
      UnexpectedResponseError,
      "This is not an answer of Apollo's API",
      `: ${words.unproven}. Is a proxy answering?`,
    ];
  if (status < 300 || status >= 500) return [ServerError, "Apollo, or a gateway in front of it, failed", "."];
  if (status < 400) {
    const location = cleanLine(headers.get("location") ?? "an unknown address", redact);
    const advice = ` to ${location}. Redirects are not followed, since the API key would go along. Fix baseUrl.`;
    return [RedirectError, `${baseUrl} redirects`, advice];
  }
  const known = knownAnswer(status, parseJson(text)) ?? MEANING_OF_STATUS[status];
  if (known) return known;
  if (status === 403) {
    const what = `The key lacks the ${words.endpoint} scope, or the plan has no API access`;
    return [PermissionDeniedError, what, recreate(words.endpoint)];
  }
  if (status === 404) {
    const advice = `. Confirm the request targets /api/v1${path} (with the /api segment); baseUrl is ${baseUrl}.`;
    return [NotFoundError, "Wrong endpoint path", advice];
  }
  if (status === 400 || status === 422)
    return [InvalidRequestError, `Apollo refused ${words.refused}`, words.refusedAdvice];
  if (status === 429) {
    const wait = retryAfterMs === undefined ? "later" : `in ${waitText(retryAfterMs)}`;
    const advice = `. Retry ${wait}; raise the limit on your Apollo plan if it persists.`;
    return [RateLimitError, "Apollo rate limit hit", advice];
  }
  return [ApolloApiError, "Apollo did not accept the call", "."];
}

/** Refusals of the key or the plan that Apollo sends with a status that otherwise speaks of the contact or the key's scope. */
function knownAnswer(status: number, json: unknown): Meaning | undefined {
  const { error, message, error_code } = isObject(json) ? json : {};
  // With further members, it is an answer of another form. From start to end: other errors of this status quote the contact.
  if (status === 422 && isAbsent(message) && says(error, /^api key (?:is )?required[.!]?$/i)) {
    const advice = ". A proxy, or something else on the way, removed the X-Api-Key header. Check it, and baseUrl.";
    return [AuthenticationError, "Apollo got no API key", advice];
  }
  if (status === 403 && isAbsent(error) && isAbsent(error_code) && says(message, /\bpaid plans?\b/i))
    return [PaymentRequiredError, "The Apollo plan has no API access", ". Upgrade it, or use a key of another team."];
  return undefined;
}

function isAbsent(member: unknown): boolean {
  return (member ?? null) === null;
}

/** Whether a member is a text that matches, whatever its white space. */
function says(member: unknown, text: RegExp): boolean {
  return typeof member === "string" && text.test(member.trim().replace(/\s+/g, " "));
}

/** A wait in words, rounded up. */
function waitText(ms: number): string {
  if (ms >= MAX_RETRY_AFTER_MS) return "a year or more";
  const seconds = Math.ceil(ms / 1000);
  return seconds <= 2 * SECONDS_OF_DAY ? `${seconds} s` : `${Math.ceil(seconds / SECONDS_OF_DAY)} days`;
}

function readDetails(answer: Answer, { attempts, maybeDelivered, redact, nowMs }: ErrorContext) {
  const { status, headers } = answer;
  const { json, body, message } = readWords(answer, redact);
  const code = isObject(json) ? json.error_code : undefined;
  return {
    attempts,
    maybeDelivered,
    status,
    headers: shownHeaders(headers, redact),
    code: typeof code === "string" ? cleanLine(code, redact) : undefined,
    apolloMessage: message,
    body,
    rateLimit: readRateLimit(headers),
    retryAfterMs: readRetryAfter(headers, nowMs),
  };
}

/** The headers that help to look into an answer. All others are omitted: what they hold is not known. */
const SHOWN_HEADERS =
  /^(?:date|retry-after|content-(?:type|length)|server|via|age|cf-ray|x-(?:request-id|runtime|cache|rate-limit-.*|.*-usage|.*-requests-left))$/;

function shownHeaders(headers: Headers, redact: Redactor["redact"]): Headers {
  const shown = [...headers].filter(([name]) => SHOWN_HEADERS.test(name));
  return new Headers(shown.map(([name, value]): [string, string] => [name, redact(value)]));
}

function sentences(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

function errorOf(cause: NetworkError | undefined, redact: Redactor["redact"]): Error | undefined {
  if (cause === undefined) return undefined;
  const error = new Error(cleanLine(cause.message, redact));
  error.name = cleanLine(cause.name, redact);
  delete error.stack;
  return error;
}
