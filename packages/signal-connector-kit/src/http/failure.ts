import type { FailureExplanation } from "../connector/vendor.js";
import { deepFreeze } from "../object/deep-freeze.js";

/** Why a call over HTTP fails. A status of your vendor's can have another of these reasons: see `reasons` of `createHttp`. */
export const HTTP_FAILURES = /* @__PURE__ */ deepFreeze({
  /** 401, or credentials that cannot be used. */
  invalid_credentials: {
    meaning: "the credentials are not valid",
    whatToDo: "Fix the credentials in the settings, and run the same command again.",
    class: "setup",
    isCertain: true,
  },
  /** 401 with a token that had been accepted before, or is past its time: the next attempt gets another one. */
  credentials_expired: {
    meaning: "the access token has expired",
    whatToDo:
      "Nothing: the next attempt uses a new token. If it happens with every call, check the clock of this machine.",
    class: "transient",
  },
  /** The function that returns the credentials fails, or the server that issues them does not answer. Nothing was sent. */
  no_credentials: {
    meaning: "the credentials cannot be obtained",
    whatToDo:
      "Check what provides the credentials: the secret store or the token endpoint. Then replay the dead letter.",
    class: "transient",
    unanswered: "credentials cannot be obtained",
  },
  /** 402. */
  payment_required: {
    meaning: "the account has to be paid for",
    whatToDo: "Check the account's plan and its payment, and run the same command again.",
    class: "setup",
  },
  /** 403. */
  permission_denied: {
    meaning: "the credentials lack a permission",
    whatToDo: "Grant the permission, or use other credentials, and run the same command again.",
    class: "setup",
  },
  /** 404. */
  wrong_endpoint: {
    meaning: "there is nothing at this address",
    whatToDo: "Check the base URL, and run the same command again.",
    class: "setup",
  },
  /** 3xx. */
  redirected: {
    meaning: "the address redirects",
    whatToDo: "Fix the base URL. Redirects are not followed, since the credentials would go along to another host.",
    class: "setup",
  },
  /** 429. */
  rate_limited: {
    meaning: "the rate limit is hit",
    whatToDo: "Nothing: delivery waits as long as the vendor asks. If it persists, ask for a higher limit.",
    class: "throttle",
  },
  /** 400 or 422, or a record that cannot be sent at all. */
  invalid_record: {
    meaning: "the record is refused",
    whatToDo:
      "Read what the vendor says in the dead letter. Fix the value at its source for later events. To resend this one, correct its event in the dead-letter file and replay it.",
    class: "final",
  },
  /** Any other 4xx. */
  request_refused: {
    meaning: "the request is refused",
    whatToDo: "Read the status and what the vendor says in the dead letter.",
    class: "final",
  },
  /** 5xx, or an answer without a status. */
  server_error: {
    meaning: "the server, or a gateway before it, failed",
    whatToDo:
      "Replay the dead letter when the vendor has recovered. If a second record would do harm, first check whether it was written.",
    class: "transient",
  },
  /** Never connected, or the connection was lost. */
  connection_failed: {
    meaning: "the connection failed",
    whatToDo:
      "Check the network and the base URL, and replay the dead letter. If maybeDelivered is true, the connection was lost after sending.",
    class: "transient",
  },
  /** No whole answer in time, or 408. */
  timed_out: {
    meaning: "there was no response in time",
    whatToDo:
      "Replay the dead letter when the vendor has recovered. If a second record would do harm, first check whether it was written.",
    class: "transient",
    unanswered: "it does not answer in time",
  },
  /** Success by its status, but not by its body. */
  unexpected_response: {
    meaning: "the answer does not prove that the record was written",
    whatToDo:
      "Check the base URL, and whether a proxy answers in the vendor's place. The record may have been written.",
    class: "transient",
  },
  /** The caller ended the call. */
  aborted: {
    meaning: "the call was aborted",
    whatToDo: "Deliver the event again. If maybeDelivered is true, the record may have been written.",
    class: "interrupted",
  },
} as const satisfies Readonly<Record<string, FailureExplanation>>);

/** Why a call over HTTP failed: a name of {@link HTTP_FAILURES}. */
export type HttpFailureReason = keyof typeof HTTP_FAILURES;

const REASON_OF_STATUS: Readonly<Partial<Record<number, HttpFailureReason>>> = {
  400: "invalid_record",
  401: "invalid_credentials",
  402: "payment_required",
  403: "permission_denied",
  404: "wrong_endpoint",
  408: "timed_out",
  422: "invalid_record",
  429: "rate_limited",
};

/** The reason that a status other than success stands for. */
export function reasonOfStatus(status: number): HttpFailureReason {
  const reason = REASON_OF_STATUS[status];
  if (reason !== undefined) return reason;
  if (status < 300 || status >= 500) return "server_error";
  return status < 400 ? "redirected" : "request_refused";
}
