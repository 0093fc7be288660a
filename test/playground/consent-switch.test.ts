import { CONSENT_PURPOSES, readConsent } from "@datafly/signal-apollo-connector";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { expect, test } from "vitest";

import { setConsent } from "../../docs/playground/src/consent-switch.js";
import { demoRequested, granted } from "../../examples/events/events.js";

const purpose = fc.constantFrom(...CONSENT_PURPOSES);
const consent = fc.constantFrom("granted", "denied", "missing");
const plain = { noNullPrototype: true };
const flags = fc.dictionary(purpose, fc.jsonValue({ maxDepth: 1 }), plain);
const context = fc.oneof(
  fc.record({ consent: fc.oneof(flags, fc.record({ canonical: flags }, plain), fc.jsonValue()) }, plain),
  fc.jsonValue(),
);
const event = fc.record({ context }, { requiredKeys: [], ...plain });

propertyTest.prop([event, purpose, consent])("the connector reads what was set", (given, which, wanted) => {
  expect(readConsent(setConsent(given, which, wanted), which)).toBe(wanted);
});

propertyTest.prop([event, purpose, consent])("the event that was given is not changed", (given, which, wanted) => {
  const before = structuredClone(given);
  setConsent(given, which, wanted);
  expect(given).toStrictEqual(before);
});

test("nothing but the flag changes", () => {
  const consented = demoRequested();
  const { canonical } = granted;
  expect(setConsent(consented, "marketing", "denied")).toEqual({
    ...consented,
    context: { consent: { ...granted, canonical: { ...canonical, marketing: false } } },
  });
});

test("missing takes the flag away", () => {
  const without = setConsent({ context: { consent: { canonical: { marketing: true } } } }, "marketing", "missing");
  expect(without).toStrictEqual({ context: { consent: { canonical: {} } } });
});

test("the older flat form stays flat", () => {
  const flat = { context: { consent: { marketing: true, analytics: true } } };
  expect(setConsent(flat, "marketing", "denied")).toEqual({
    context: { consent: { marketing: false, analytics: true } },
  });
});
