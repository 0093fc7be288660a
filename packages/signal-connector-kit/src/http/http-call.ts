import { exchange, makeAttempt, ownProperties, type Answer, type Deadline, type Redactor } from "@datafly/safe-http";

import type { SendResult } from "../connector/send-result.js";
import type { AuthenticationFailure, Credentials } from "./authentication.js";
import type { HttpSettings } from "./http-options.js";
import { readRecord, writeRequest, type HttpRequest, type RecordAnswer } from "./http-request.js";
import { deliveredResult, failedResult } from "./http-result.js";

/** What is found out in the course of a call. */
interface Found {
  credentials?: Credentials | undefined;
  authenticationFailure?: AuthenticationFailure | undefined;
  record?: RecordAnswer | undefined;
}

/** Sends a request once, and makes a result of what came of it. Rejects in no case. */
export async function sendOnce(
  settings: HttpSettings,
  redactor: Redactor,
  given: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  const { authentication, fetch, now, timeoutMs } = settings;
  const request = ownProperties(given);
  // The result is its receiver's own.
  const warnings = [...(request.warnings ?? [])];
  const written = writeRequest(settings, request);
  if (written === undefined) {
    const message = "Nothing was sent: the record cannot be written as a request.";
    return { status: "failed", reason: "invalid_record", maybeDelivered: false, message, warnings };
  }
  const found: Found = {};
  const steps = {
    authorize: async (deadline: Deadline): Promise<Headers> => {
      const headers = new Headers(written.headers);
      if (authentication === undefined) return headers;
      try {
        found.credentials = await authentication.authorize({ ...written, nowMs: now(), signal: deadline.signal });
        for (const secret of found.credentials.secrets) if (secret !== "") redactor.learn(secret);
        for (const [name, value] of Object.entries(found.credentials.headers)) headers.set(name, value);
        return headers;
      } catch (error) {
        if (isAuthenticationFailure(error)) found.authenticationFailure = error;
        throw error;
      }
    },
    send: (headers: Headers, deadline: Deadline) =>
      exchange(fetch, { ...written, headers: Object.fromEntries(headers) }, deadline),
    proves: (body: unknown, { status, headers }: Answer) => {
      found.record = readRecord(request, body, { status, headers });
      return found.record !== undefined;
    },
  };

  const result = await makeAttempt(steps, timeoutMs, signal);

  const status = "answer" in result ? result.answer.status : undefined;
  const hasExpired =
    status !== undefined &&
    found.credentials !== undefined &&
    authentication?.answered?.(found.credentials, status, now()) === true;
  if (result.kind === "success") {
    return deliveredResult(settings, redactor.redact, result.answer, ownProperties(found.record ?? {}), warnings);
  }
  const { maybeDelivered, ...failed } = failedResult(settings, redactor.redact, result, {
    hasExpired,
    authenticationFailure: found.authenticationFailure,
  });
  return { ...failed, maybeDelivered: maybeDelivered && request.method !== "GET", warnings };
}

/** Not by `instanceof`: in CommonJS each entry of this package has a class of its own. */
function isAuthenticationFailure(error: unknown): error is AuthenticationFailure {
  return error instanceof Error && error.name === "AuthenticationFailure" && "reason" in error;
}
