import { makeAttempt, type Attempt, type Failure } from "./attempt.js";
import { backoffMs } from "./backoff.js";
import { checkCallSettings, must, type CallSettings } from "./call-settings.js";
import type { Deadline } from "./deadline.js";
import { exchange } from "./exchange.js";
import type { Fetch } from "./fetch.js";
import type { Operation } from "./operation.js";
import { TransportRequest } from "./request.js";
import { TransportResponse } from "./response.js";
import { readRetryAfter } from "./retry-after.js";
import { RETRY_RULES } from "./retry-rules.js";
import type { Runtime } from "./runtime.js";

/** What the transport reports of one attempt. Numbers and fixed words only, but for the path: no key, no query, no body. */
export interface AttemptReport {
  /** The HTTP method. */
  readonly method: string;
  /** The path below `baseUrl`, for instance `/auth/health`. */
  readonly path: string;
  /** Which attempt of the call this was, from 1. */
  readonly attempt: number;
  /** What it came to: `success`, or the kind of failure. */
  readonly result: Attempt["kind"];
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** How long the client waits before it retries the call, in milliseconds. Absent if it does not. */
  readonly delayMs?: number;
}

/** What a transport is made of. */
export interface TransportOptions<Op extends Operation> {
  /** Where the API is, without a slash at its end. Nothing is sent to an address that is not below it. */
  readonly baseUrl: string;
  /** The name of the header that carries the credential. */
  readonly credentialHeader: string;
  /** Returns the credential. Asked once per attempt. */
  readonly authorize: () => string | Promise<string>;
  /** The headers of every request, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxRetryAfterMs: number;
  readonly fetch: Fetch;
  readonly runtime: Runtime;
  /** Receives a report of each attempt. What it throws is ignored. */
  readonly onAttempt: ((report: AttemptReport) => unknown) | undefined;
  /** What is to be known of an operation. */
  readonly operationOf: (method: string, path: string) => Op;
  /** Makes the error that the caller gets of the failure that ended a call. */
  readonly toError: (failure: Failure, facts: CallFacts<Op>) => Error;
}

/** The facts about a failed call that its error reports. */
export interface CallFacts<Op extends Operation> {
  readonly operation: Op;
  readonly path: string;
  /** How often the request was sent, or tried to be sent. */
  readonly attempts: number;
  /** Whether any of the attempts may have been carried out. */
  readonly maybeDelivered: boolean;
  /** Whether it does no harm if the request is carried out twice. */
  readonly harmlessTwice: boolean;
  readonly timeoutMs: number;
  readonly nowMs: number;
}

/** One call: a request, and how it is sent. */
interface Call<Op extends Operation> extends CallSettings {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly operation: Op;
}

/**
 * Returns what openapi-fetch takes as its `fetch`. One call of it is one call of the API with all its attempts. It resolves with a
 * response of proven success, and rejects in every other case.
 *
 * @throws the error of `toError`; a TypeError or RangeError for a request that must not be sent
 */
export function createTransport<Op extends Operation>(
  options: TransportOptions<Op>,
): (request: unknown) => Promise<TransportResponse> {
  return async (request) => {
    const call = callOf(request, options);
    const { runtime, authorize, onAttempt } = options;
    const { operation, url, path, method, headers, body, timeoutMs, maxRetries, signal } = call;
    const steps = {
      authorize,
      send: (credential: string, deadline: Deadline) =>
        exchange(
          options.fetch,
          { url, method, headers: { ...headers, [options.credentialHeader]: credential }, body },
          deadline,
        ),
      proves: operation.proves,
    };
    let maybeDelivered = false;

    for (let attempt = 1; ; attempt++) {
      const startedAt = runtime.now();
      const result = await makeAttempt(steps, timeoutMs, signal);
      const report = (delayMs?: number) => {
        notify(onAttempt, {
          method,
          path,
          attempt,
          result: result.kind,
          ...("answer" in result && { status: result.answer.status }),
          startedAt,
          durationMs: runtime.now() - startedAt,
          ...(delayMs !== undefined && { delayMs }),
        });
      };
      if (result.kind === "success") {
        report();
        return new TransportResponse(result.answer, result.data, attempt);
      }

      const rule = RETRY_RULES[result.kind];
      maybeDelivered ||= operation.writes && rule.maybeDelivered;
      const harmlessTwice = !operation.writes || operation.harmlessTwice(body);
      const fail = (failure: Failure) =>
        options.toError(failure, {
          operation,
          path,
          attempts: result.kind === "not_started" ? attempt - 1 : attempt,
          maybeDelivered,
          harmlessTwice,
          timeoutMs,
          nowMs: runtime.now(),
        });

      const safe = rule.retry === "always" || (rule.retry === "if_harmless" && harmlessTwice);
      const delayMs = safe && attempt <= maxRetries ? delayBeforeRetry(options, result, attempt) : undefined;
      report(delayMs);
      if (delayMs === undefined) throw fail(result);
      await runtime.sleep(delayMs, signal).catch(() => {
        throw fail({ kind: "not_started", reason: signal?.reason });
      });
    }
  };
}

/** @throws TypeError or RangeError if the request must not be sent */
function callOf<Op extends Operation>(request: unknown, options: TransportOptions<Op>): Call<Op> {
  must(request instanceof TransportRequest, "the request", "made for this transport");
  const { url, settings } = request;
  // openapi-fetch takes its base URL from wherever it finds one, an object's prototype included. The key must not follow it.
  must(url.startsWith(`${options.baseUrl}/`), "the URL of a request", "below baseUrl");
  const { method, body } = settings;
  must(body === undefined || typeof body === "string", "the body of a request", "a text");
  const [path = ""] = url.slice(options.baseUrl.length).split("?", 1);
  const headers: Record<string, string> = { ...options.headers };
  const reserved = options.credentialHeader.toLowerCase();
  for (const [name, value] of settings.headers) if (name !== reserved) headers[name] = value;
  const { signal, timeoutMs, maxRetries } = checkCallSettings(settings, options);
  const operation = options.operationOf(method, path);
  return { url, path, method, headers, body, operation, signal, timeoutMs, maxRetries };
}

/** `undefined` if the server asks for a longer wait than the caller allows. */
function delayBeforeRetry<Op extends Operation>(
  { runtime, maxRetryAfterMs }: TransportOptions<Op>,
  failure: Failure,
  failures: number,
): number | undefined {
  const retryAfterMs = "answer" in failure ? readRetryAfter(failure.answer.headers, runtime.now()) : undefined;
  if (retryAfterMs === undefined) return backoffMs(failures, () => runtime.random());
  return retryAfterMs <= maxRetryAfterMs ? retryAfterMs : undefined;
}

/** A hook that fails, be it later, must not make a call look as if it had failed. */
function notify(onAttempt: TransportOptions<Operation>["onAttempt"], report: AttemptReport): void {
  if (onAttempt === undefined) return;
  Promise.resolve()
    .then(() => onAttempt(report))
    .catch(() => undefined);
}
