import { expect, test } from "vitest";

import { consentEvidence, planDelivery } from "@datafly/signal-apollo-connector";
import { demoRequested } from "../../../examples/events/events.js";

const deliver = "deliver";
const denied = "consent_denied";
const missing = "consent_missing";

test.each([
  // Signal's canonical view
  [{ consent: { canonical: { marketing: true } } }, deliver],
  [{ consent: { canonical: { marketing: false } } }, denied],
  [{ consent: { canonical: {} } }, missing],
  [{ consent: { canonical: { analytics: true, essential: true } } }, missing],
  // only the literal true grants
  [{ consent: { canonical: { marketing: null } } }, missing],
  [{ consent: { canonical: { marketing: "true" } } }, missing],
  [{ consent: { canonical: { marketing: 1 } } }, missing],
  [{ consent: { canonical: { marketing: {} } } }, missing],
  [{ consent: { canonical: { marketing: [true] } } }, missing],
  // the older, flat form counts only where canonical is not there at all
  [{ consent: { marketing: true } }, deliver],
  [{ consent: { marketing: false } }, denied],
  [{ consent: { marketing: "yes" } }, missing],
  [{ consent: { canonical: {}, marketing: true } }, missing],
  [{ consent: { canonical: null, marketing: true } }, missing],
  [{ consent: { canonical: "all", marketing: true } }, missing],
  [{ consent: { canonical: { marketing: false }, marketing: true } }, denied],
  // the customer's own categories never count
  [{ consent: { categories: { marketing: true } } }, missing],
  [{ consent: { categories: { marketing: true }, canonical: { marketing: false } } }, denied],
  // nothing there
  [{ consent: {} }, missing],
  [{ consent: null }, missing],
  [{ consent: true }, missing],
  [{ consent: [] }, missing],
  [{}, missing],
  [null, missing],
  [undefined, missing],
])("context %j: %s", (context, expected) => {
  const decision = planDelivery(demoRequested({ context }));

  expect(decision).toMatchObject(expected === deliver ? { action: "deliver" } : { action: "drop", reason: expected });
});

test("consent comes before the contact: without it, an event that could not become a contact is dropped, and not kept", () => {
  expect(planDelivery(demoRequested({ traits: {}, context: {} }))).toEqual({ action: "drop", reason: missing });
});

test("a flag that is only inherited does not grant", () => {
  const canonical = Object.create({ marketing: true }) as object;
  expect(planDelivery(demoRequested({ context: { consent: { canonical } } }))).toMatchObject({ reason: missing });
});

test("a canonical view that is only inherited is there all the same: the flat form does not count beside it", () => {
  const consent = Object.assign(Object.create({ canonical: { marketing: false } }) as object, { marketing: true });
  expect(planDelivery(demoRequested({ context: { consent } }))).toMatchObject({ reason: missing });
});

test.each([
  [{ consent: { canonical: { marketing: true } } }, "context.consent.canonical.marketing = true"],
  [{ consent: { canonical: { marketing: false } } }, "context.consent.canonical.marketing = false"],
  [{ consent: { canonical: {}, marketing: true } }, "context.consent.canonical.marketing = absent"],
  [{ consent: { canonical: { marketing: "Tim" } } }, "context.consent.canonical.marketing = neither true nor false"],
  [{ consent: { canonical: { marketing: null } } }, "context.consent.canonical.marketing = neither true nor false"],
  [{ consent: { marketing: true } }, "context.consent.marketing = true"],
  [{}, "context.consent.marketing = absent"],
])("the evidence of context %j: %s", (context, evidence) => {
  expect(consentEvidence(demoRequested({ context }), "marketing")).toBe(evidence);
});
