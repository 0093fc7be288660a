import {
  cleanLine,
  connectionAdvice,
  readRetryAfter,
  readWords,
  RETRY_RULES,
  type Answer,
  type Failure,
  type Redactor,
} from "@datafly/safe-http";

import type { SendDelivered, SendFailed } from "../connector/send-result.js";
import type { Warning } from "../decision/warning.js";
import type { AuthenticationFailure } from "./authentication.js";
import { HTTP_FAILURES, reasonOfStatus, type HttpFailureReason } from "./failure.js";
import type { HttpSettings } from "./http-options.js";
import type { RecordAnswer } from "./http-request.js";
import { readQuotas } from "./quota.js";

type Redact = Redactor["redact"];

/** The result of a call that the vendor carried out. */
export function deliveredResult(
  settings: HttpSettings,
  redact: Redact,
  answer: Answer,
  { recordId, matched, warnings = [] }: RecordAnswer,
  omitted: readonly Warning[],
): SendDelivered {
  const id = typeof recordId === "number" ? String(recordId) : recordId;
  const looksLikeOne = typeof id === "string" && /^[\w.:-]{1,64}$/.test(redact(id));
  return {
    status: "delivered",
    ...(looksLikeOne && { recordId: id }),
    ...(typeof matched === "boolean" && { matched }),
    httpStatus: answer.status,
    warnings: [...omitted, ...warnings],
    ...quotaOf(settings, answer),
  };
}

/** What is known of a failure beside the failure itself. */
interface FailureFacts {
  /** Whether a 401 only means that the credentials have expired. */
  readonly hasExpired: boolean;
  /** Why there were no credentials. */
  readonly authenticationFailure: AuthenticationFailure | undefined;
}

/** The result of a call that failed. */
export function failedResult(
  settings: HttpSettings,
  redact: Redact,
  failure: Failure,
  facts: FailureFacts,
): Omit<SendFailed, "warnings"> {
  const { reason, message, ...rest } = explain(settings, redact, failure, facts);
  const { maybeDelivered } = RETRY_RULES[failure.kind];
  return { status: "failed", reason, maybeDelivered, message: redact(message), ...rest };
}

type Explained = Omit<SendFailed, "status" | "maybeDelivered" | "warnings">;

function explain(settings: HttpSettings, redact: Redact, failure: Failure, facts: FailureFacts): Explained {
  const { vendor, host, timeoutMs } = settings;
  switch (failure.kind) {
    case "refused":
    case "throttled":
    case "failed":
    case "unexpected":
      return explainAnswer(settings, redact, failure, facts.hasExpired);
    case "never_sent":
    case "lost": {
      const { cause } = failure;
      const where = `${vendor} at ${host}${cause?.code === undefined ? "" : ` (${cause.code})`}`;
      const advice = cause && connectionAdvice(cause);
      const message =
        failure.kind === "never_sent"
          ? `Could not connect to ${where}. ${cleanLine(advice ?? "Check the base URL and the network.", redact)}`
          : `The connection to ${where} was lost before a whole answer came. ${cleanLine(advice ?? "", redact)}`;
      return { reason: "connection_failed", message: message.trim() };
    }
    case "no_credential":
      return explainMissingCredentials(redact, facts.authenticationFailure);
    case "timeout":
      return { reason: "timed_out", message: `There was no complete answer from ${vendor} within ${timeoutMs} ms.` };
    case "not_started":
    case "aborted":
      return { reason: "aborted", message: "The call was aborted." };
  }
}

function explainAnswer(
  settings: HttpSettings,
  redact: Redact,
  { kind, answer }: { readonly kind: string; readonly answer: Answer },
  hasExpired: boolean,
): Explained {
  const { vendor, reasons, now } = settings;
  const { status, headers } = answer;
  const usual: HttpFailureReason =
    kind === "unexpected" ? "unexpected_response" : hasExpired ? "credentials_expired" : reasonOfStatus(status);
  const own = kind === "unexpected" || hasExpired ? undefined : reasons[status];
  const { message: said } = readWords(answer, redact);
  const retryAfterMs = readRetryAfter(headers, now());
  return {
    reason: own ?? usual,
    message:
      own === undefined
        ? `${vendor} answered ${status}: ${HTTP_FAILURES[usual].meaning}.`
        : `${vendor} answered ${status}.`,
    ...(said !== undefined && said !== "" && { vendorMessage: said }),
    httpStatus: status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...quotaOf(settings, answer),
  };
}

function explainMissingCredentials(redact: Redact, failure: AuthenticationFailure | undefined): Explained {
  if (failure === undefined) {
    return { reason: "no_credentials", message: "The credentials could not be obtained. Nothing was sent." };
  }
  const { reason, message, vendorMessage, httpStatus, retryAfterMs } = failure;
  return {
    reason,
    message: `${cleanLine(message, redact)} Nothing was sent.`,
    ...(vendorMessage !== undefined && { vendorMessage: cleanLine(vendorMessage, redact) }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function quotaOf({ quotas }: HttpSettings, { headers }: Answer): Pick<SendDelivered, "quota"> {
  return Object.keys(quotas).length === 0 ? {} : { quota: readQuotas(headers, quotas) };
}
