import { expect, test } from "vitest";

import { ConnectionError, InvalidRequestError } from "@datafly/apollo-client";

import { HaltState } from "../../src/observe/halt-state.js";
import type { StreamOutcome } from "../../src/stream/delivery-result.js";

const dropped = { outcome: { status: "dropped", reason: "consent_denied" } satisfies StreamOutcome };
const delivered = {
  outcome: {
    status: "delivered",
    contactId: "id",
    httpStatus: 200,
    attempts: 1,
    warnings: [],
    rateLimit: { minute: null, hour: null, day: null },
  } satisfies StreamOutcome,
};
const facts = { message: "It failed.", maybeDelivered: true, attempts: 1 };
const refused = {
  outcome: {
    status: "failed",
    reason: "invalid_contact",
    error: new InvalidRequestError({ ...facts, status: 422 }),
    warnings: [],
  } satisfies StreamOutcome,
};
const lost = {
  outcome: {
    status: "failed",
    reason: "connection_failed",
    error: new ConnectionError(facts),
    warnings: [],
  } satisfies StreamOutcome,
};
const uncertain = { outcome: { status: "failed", reason: "maybe_delivered" } satisfies StreamOutcome };

test("where nothing stands still, nothing ends", () => {
  expect(new HaltState().endsWith(delivered)).toBe(false);
});

test.each([
  ["delivered", delivered],
  ["refused", refused],
])(
  "that calls are refused ends with a call that is answered, not with an event that is settled without: %s",
  (_, answered) => {
    const haltState = new HaltState();
    haltState.refused();

    expect([dropped, lost, uncertain, answered, answered].map((event) => haltState.endsWith(event))).toEqual([
      ...[false, false, false, true, false],
    ]);
  },
);

test("that nothing can be written down ends with the next event, whatever becomes of it", () => {
  const haltState = new HaltState();
  haltState.stopped();

  expect([dropped, delivered].map((event) => haltState.endsWith(event))).toEqual([true, false]);
});
