import { expect, test } from "vitest";

import { APOLLO } from "../../../signal-apollo-worker/src/apollo-connector.js";
import { HaltState } from "../../src/observe/halt-state.js";
import { maybeDelivered, type StreamOutcome } from "../../src/stream/delivery-result.js";

const dropped = { outcome: { status: "dropped", reason: "consent_denied" } satisfies StreamOutcome };
const delivered = {
  outcome: {
    status: "delivered",
    recordId: "id",
    httpStatus: 200,
    warnings: [],
  } satisfies StreamOutcome,
};
const facts = { status: "failed", message: "It failed.", maybeDelivered: true, warnings: [] } as const;
const refused = { outcome: { ...facts, reason: "invalid_contact", httpStatus: 422 } satisfies StreamOutcome };
const lost = { outcome: { ...facts, reason: "connection_failed" } satisfies StreamOutcome };
const uncertain = { outcome: maybeDelivered(APOLLO) };

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
