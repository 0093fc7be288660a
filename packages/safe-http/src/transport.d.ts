import { type Attempt, type Failure } from "./attempt.js";
import type { Fetch } from "./fetch.js";
import type { Operation } from "./operation.js";
import { TransportResponse } from "./response.js";
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
/**
 * Returns what openapi-fetch takes as its `fetch`. One call of it is one call of the API with all its attempts. It resolves with a
 * response of proven success, and rejects in every other case.
 *
 * @throws the error of `toError`; a TypeError or RangeError for a request that must not be sent
 */
export declare function createTransport<Op extends Operation>(
  options: TransportOptions<Op>,
): (request: unknown) => Promise<TransportResponse>;
//# sourceMappingURL=transport.d.ts.map
