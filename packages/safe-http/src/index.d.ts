export type { Answer } from "./answer.js";
export type { Attempt, Failure } from "./attempt.js";
export { backoffMs, type BackoffOptions } from "./backoff.js";
export { checkMaxRetries, checkNumber, checkTimeoutMs, isFunction, MAX_TIMER_MS } from "./call-settings.js";
export { watchConnecting } from "./connect-errors.js";
export { connectionAdvice } from "./connection-advice.js";
export type { Fetch, FetchInit } from "./fetch.js";
export { isObject, parseJson } from "./json.js";
export { networkErrorCode, type NetworkError } from "./network-error.js";
export { neverSent } from "./never-sent.js";
export type { Operation } from "./operation.js";
export { ownProperties } from "./own-properties.js";
export { createRedactor, type Redactor } from "./redactor.js";
export { TransportRequest } from "./request.js";
export { TransportResponse } from "./response.js";
export { MAX_RETRY_AFTER_MS, readRetryAfter } from "./retry-after.js";
export { completeRuntime, systemRuntime, type Runtime } from "./runtime.js";
export { createTransport, type AttemptReport, type CallFacts } from "./transport.js";
//# sourceMappingURL=index.d.ts.map
