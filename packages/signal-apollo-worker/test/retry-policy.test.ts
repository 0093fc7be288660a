import { describe, expect, test } from "vitest";

import { ConnectionError, ServerError, TimeoutError, UnexpectedResponseError } from "@datafly/apollo-client";
import type { FailedOutcome, FailureReason } from "@datafly/signal-apollo-connector";

import { classify, isUnanswered } from "../src/stream/retry-policy.js";

const facts = { message: "It failed.", attempts: 1 };
const failed = (reason: FailureReason, error: FailedOutcome["error"]): FailedOutcome => ({
  status: "failed",
  reason,
  error,
  warnings: [],
});
const neverSent = failed("connection_failed", new ConnectionError({ ...facts, maybeDelivered: false }));
const lost = failed("connection_failed", new ConnectionError({ ...facts, maybeDelivered: true }));
const late = failed("timed_out", new TimeoutError({ ...facts, maybeDelivered: true }));
const gatewayLate = failed("server_error", new ServerError({ ...facts, status: 504, maybeDelivered: true }));
const noContact = failed(
  "unexpected_response",
  new UnexpectedResponseError({ ...facts, status: 200, maybeDelivered: true }),
);

describe("the class of a failure", () => {
  test.each([
    ["a call that was never sent, before any answer", neverSent, true, false, "setup"],
    ["the same with deduplication off", neverSent, false, false, "setup"],
    ["a call that was never sent, after an answer", neverSent, true, true, "transient"],
    ["a lost connection", lost, true, false, "transient"],
    ["a lost connection with deduplication off", lost, false, false, "final"],
    ["a time-out", late, true, true, "transient"],
    ["a time-out with deduplication off", late, false, true, "final"],
  ] as const)("%s", (_, outcome, deduplicate, reached, expected) => {
    expect(classify(outcome, { deduplicate, reached })).toBe(expected);
  });
});

test.each([
  ["a lost connection", lost, true],
  ["a time-out", late, true],
  ["a gateway's time-out, which is an answer", gatewayLate, false],
  ["an answer that is not Apollo's", noContact, false],
  ["a call that was never sent, for which no lead can be at fault", neverSent, false],
])("unanswered, although something may have been sent: %s: %s", (_, outcome, expected) => {
  expect(isUnanswered(outcome)).toBe(expected);
});
