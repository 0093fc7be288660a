import type { Connector } from "../connector/connector.js";
import type { FailureClass } from "../connector/failure-class.js";
import type { SendFailed, SendResult } from "../connector/send-result.js";
import { isObject } from "../object/is-object.js";
import { ensure } from "./conformance-case.js";
import { ensureWarnings } from "./decision-form.js";

/**
 * Checks that something is the result of a call, and names only what is in the vendor's tables.
 *
 * @throws ConformanceError
 */
export function ensureResult({ vendor }: Connector, result: SendResult): void {
  ensure(
    isObject(result) && ["delivered", "failed"].includes(result.status),
    `send resolved with ${JSON.stringify(result)}.`,
    "resolve with { status: 'delivered' | 'failed', … }",
  );
  const { httpStatus, warnings, quota } = result;
  const isStatus = Number.isInteger(httpStatus) && (httpStatus ?? 0) >= 100;
  ensure(
    isStatus || (result.status === "failed" && !("httpStatus" in result)),
    `The result has httpStatus ${String(httpStatus)}.`,
    "set it to the status of the answer, and omit it only if there was none",
  );
  ensureWarnings(vendor.warnings, warnings);
  if (result.status === "failed") ensureFailure({ vendor }, result);
  else
    ensure(
      !("recordId" in result) || (typeof result.recordId === "string" && result.recordId !== ""),
      "recordId is not a text.",
      "omit it if the answer has no id that looks like one",
    );
  for (const [name, use] of Object.entries(quota ?? {})) {
    ensure(
      vendor.quotas.some((one) => one.name === name),
      `The result has a quota ${JSON.stringify(name)}, which vendor.quotas does not list.`,
      "use the names of vendor.quotas",
    );
    ensure(
      use === null || [use.limit, use.used, use.left].every((count) => Number.isSafeInteger(count) && count >= 0),
      `The quota ${name} is ${JSON.stringify(use)}.`,
      "read whole numbers only, and set the quota to null if a header holds anything else: it is what a server, or something in between, says",
    );
  }
}

/** @throws ConformanceError */
export function ensureFailure({ vendor }: Pick<Connector, "vendor">, failed: SendFailed): void {
  const { reason, maybeDelivered, message, retryAfterMs } = failed;
  ensure(
    Object.hasOwn(vendor.failures, reason),
    `A call failed for ${JSON.stringify(reason)}, which vendor.failures does not explain.`,
    "add the reason to vendor.failures, with its class, meaning and what to do",
  );
  ensure(typeof maybeDelivered === "boolean", "A failure lacks maybeDelivered.", "set it to true in doubt");
  ensure(
    typeof message === "string" && message.trim() !== "",
    "A failure has no message.",
    "say what went wrong, in words that are safe for logs",
  );
  ensure(
    !("retryAfterMs" in failed) || (Number.isFinite(retryAfterMs) && (retryAfterMs ?? -1) >= 0),
    `A failure has retryAfterMs ${String(retryAfterMs)}.`,
    "set it to a number of milliseconds, and omit it if there is no Retry-After that can be read",
  );
}

/** What a failure should be. */
export interface Expected {
  readonly class: FailureClass;
  /** Not looked at if absent. */
  readonly maybeDelivered?: boolean;
  /** The status of the answer; `none` if there was no answer. Not looked at if absent. */
  readonly httpStatus?: number | "none";
}

/**
 * Checks the class of a result, and whether it says right that the record may have been written.
 *
 * @throws ConformanceError
 */
export function ensureMeans(
  { vendor }: Pick<Connector, "vendor">,
  result: SendResult,
  expected: Expected,
  whatHappened: string,
): void {
  const { class: expectedClass, maybeDelivered, httpStatus } = expected;
  ensure(
    result.status === "failed",
    `${whatHappened}, but the result is delivered.`,
    "count a record as written only if the answer has the right status and proves it in its body",
  );
  const found = vendor.failures[result.reason]?.class;
  ensure(
    found === expectedClass,
    `${whatHappened}, but the result is ${result.reason}, of the class ${found ?? "none"}, instead of ${expectedClass}.`,
    ADVICE[expectedClass],
  );
  ensure(
    maybeDelivered === undefined || result.maybeDelivered === maybeDelivered,
    `${whatHappened}, but maybeDelivered is ${String(result.maybeDelivered)}.`,
    maybeDelivered
      ? "set maybeDelivered: true unless it is certain that nothing was written; otherwise a retry can make a second record"
      : "set maybeDelivered: false: nothing was written for certain, and without that a lead ends as a dead letter for nothing",
  );
  if (httpStatus === undefined) return;
  ensure(
    (result.httpStatus ?? "none") === httpStatus,
    `${whatHappened}, but httpStatus is ${result.httpStatus ?? "absent"}.`,
    "set httpStatus to the status of the answer, and omit it if there was none: then the engine counts the call as unanswered",
  );
}

const ADVICE: Readonly<Record<FailureClass, string>> = {
  setup:
    "use a reason of the class setup: the settings are wrong, no event is at fault, and delivery stops until they are fixed",
  throttle: "use a reason of the class throttle: all calls wait until the vendor takes them again",
  transient: "use a reason of the class transient: a later attempt may succeed",
  final:
    "use a reason of the class final: the event is kept for a person to look at, and a retry would fail in the same way",
  interrupted: "use a reason of the class interrupted: the program itself ended the call",
};
