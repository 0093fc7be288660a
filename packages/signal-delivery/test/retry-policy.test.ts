import { describe, expect, test } from "vitest";

import type { SendFailed } from "@datafly/signal-connector-kit";

import { APOLLO } from "../../signal-apollo-worker/src/apollo-connector.js";
import { classify, isUnanswered } from "../src/stream/retry-policy.js";

const failed = (reason: string, maybeDelivered: boolean, httpStatus?: number): SendFailed => ({
  status: "failed",
  reason,
  maybeDelivered,
  message: "It failed.",
  ...(httpStatus !== undefined && { httpStatus }),
  warnings: [],
});
const neverSent = failed("connection_failed", false);
const lost = failed("connection_failed", true);
const late = failed("timed_out", true);
const gatewayLate = failed("server_error", true, 504);
const noContact = failed("unexpected_response", true, 200);

describe("the class of a failure", () => {
  test.each([
    ["a call that was never sent, before any answer", neverSent, true, false, "setup"],
    ["the same with deduplication off", neverSent, false, false, "setup"],
    ["a call that was never sent, after an answer", neverSent, true, true, "transient"],
    ["a lost connection", lost, true, false, "transient"],
    ["a lost connection with deduplication off", lost, false, false, "final"],
    ["a time-out", late, true, true, "transient"],
    ["a time-out with deduplication off", late, false, true, "final"],
    ["a reason that the vendor's table does not have", failed("constructor", true), true, true, "final"],
  ] as const)("%s", (_, outcome, idempotent, reached, expected) => {
    expect(classify(outcome, { vendor: APOLLO, idempotent }, reached)).toBe(expected);
  });
});

test.each([
  ["a lost connection", lost, true],
  ["a time-out", late, true],
  ["a gateway's time-out, which is an answer", gatewayLate, false],
  ["an answer that is not Apollo's", noContact, false],
  ["a call that was never sent, for which no lead can be at fault", neverSent, false],
])("unanswered, although something may have been sent: %s: %s", (_, outcome, expected) => {
  expect(isUnanswered(outcome, APOLLO)).toBe(expected);
});
