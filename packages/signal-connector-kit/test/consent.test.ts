import { expect, test } from "vitest";

import { consentEvidence, readConsent } from "@datafly/signal-connector-kit";

test.each([
  ["canonical true", { canonical: { marketing: true } }, "granted", "context.consent.canonical.marketing = true"],
  ["canonical false", { canonical: { marketing: false } }, "denied", "context.consent.canonical.marketing = false"],
  ["the flat form", { marketing: true }, "granted", "context.consent.marketing = true"],
  [
    "a flat form beside a canonical one",
    { canonical: {}, marketing: true },
    "missing",
    "context.consent.canonical.marketing = absent",
  ],
  [
    "a text",
    { canonical: { marketing: "true" } },
    "missing",
    "context.consent.canonical.marketing = neither true nor false",
  ],
  ["an inherited flag", Object.create({ marketing: true }), "missing", "context.consent.marketing = absent"],
] as const)("consent given as %s is read", (_, consent: unknown, expected, evidence) => {
  const event = { context: { consent } };

  expect(readConsent(event, "marketing")).toBe(expected);
  expect(consentEvidence(event, "marketing")).toBe(evidence);
});
