import { defaultBlueprint, planDelivery, traceMapping } from "@datafly/signal-apollo-connector";
import { expect, test } from "vitest";

import { COUNTRIES } from "../../docs/playground/src/countries.js";
import { EXAMPLES } from "../../docs/playground/src/examples.js";
import { headline, resultOf } from "../../docs/playground/src/result.js";
import { INITIAL_STATE } from "../../docs/playground/src/state.js";
import { demoRequested, withTraits } from "../../examples/events/events.js";

test("the result is what the connector plans", () => {
  const event = withTraits({ phone: "(212) 555-0187" });
  const settings = { deduplicate: false, defaultCountry: "US" } as const;
  expect(resultOf({ event: JSON.stringify(event), blueprint: undefined, ...settings })).toEqual({
    kind: "decided",
    decision: planDelivery(event, settings),
    mapping: traceMapping(event, settings),
    evidence: "context.consent.canonical.marketing = true",
  });
});

test("a blueprint of one's own decides, and its consent is the one that counts", () => {
  const blueprint = JSON.stringify({ ...defaultBlueprint, events: ["Webinar Attended"], consent: "analytics" });
  const event = demoRequested({ event: "Webinar Attended" });
  expect(resultOf({ ...INITIAL_STATE, event: JSON.stringify(event), blueprint })).toMatchObject({
    decision: { action: "drop", reason: "consent_denied" },
    evidence: "context.consent.canonical.analytics = false",
  });
});

test("a default value, a value map and a part of a name are known to the playground", () => {
  const blueprint = JSON.stringify({
    ...defaultBlueprint,
    fields: {
      first_name: { path: "traits.name", part: "first" },
      last_name: { path: "traits.name", part: "last" },
      organization_name: ["traits.company", { value: "Private person" }],
    },
    labels: [{ path: "properties.lead_source", value_map: { web: "Website" } }],
  });
  const event = demoRequested({ traits: { name: "Mara Quill" }, properties: { lead_source: "web" } });
  expect(resultOf({ ...INITIAL_STATE, event: JSON.stringify(event), blueprint })).toMatchObject({
    decision: { contact: { first_name: "Mara", last_name: "Quill" } },
    mapping: [
      { field: "first_name", source: "traits.name", found: "Mara Quill", sent: "Mara" },
      { field: "last_name", source: "traits.name", found: "Mara Quill", sent: "Quill" },
      { field: "organization_name", found: "Private person", sent: "Private person" },
      { field: "label_names", source: "properties.lead_source", found: "web", sent: "Website" },
      { field: "run_dedupe" },
    ],
  });
});

test("a name that is twice in the consent counts as no consent, as in the worker", () => {
  const event = JSON.stringify(demoRequested()).replace('"marketing":true}}', '"marketing":false,"marketing":true}}');
  expect(resultOf({ ...INITIAL_STATE, event })).toMatchObject({ decision: { reason: "consent_missing" } });
});

test("a blueprint that is none names each thing that is wrong, and where", () => {
  const blueprint = JSON.stringify({
    ...defaultBlueprint,
    consent: "all",
    fields: { first_name: "traits.first_name" },
  });
  expect(resultOf({ ...INITIAL_STATE, blueprint })).toMatchObject({
    kind: "wrong_settings",
    issues: [{ path: "blueprint.consent" }],
  });
});

test("a blueprint that is not JSON says where", () => {
  expect(resultOf({ ...INITIAL_STATE, blueprint: "{\n  events" })).toEqual({
    kind: "wrong_settings",
    issues: [
      {
        path: "line 2, column 3",
        message: "something that JSON does not know (names and texts stand in double quotes)",
      },
    ],
  });
});

test.each([
  [demoRequested(), "Would be delivered to Apollo as a contact"],
  [withTraits({ email: "tim" }), "Would be delivered to Apollo as a contact, with a warning"],
  [withTraits({ email: "tim", phone: "tim" }), "Would be delivered to Apollo as a contact, with 2 warnings"],
  [demoRequested({ context: {} }), "Would be dropped: no marketing consent is known"],
  [withTraits({ last_name: "?" }), "Would be rejected: no first or last name"],
  [
    demoRequested({ event: "demo requested" }),
    "Would be dropped: not one of the events that become contacts. Did you mean “Demo Requested”?",
  ],
  [
    demoRequested({ type: "Track" }),
    "Would be dropped: not one of the events that become contacts. Did you mean the type “track”?",
  ],
  [42, "Would be rejected: not a Signal event"],
])("%j in words: %s", (event, words) => {
  expect(headline(resultOf({ ...INITIAL_STATE, event: JSON.stringify(event) }))).toBe(words);
});

test("the examples show every decision that there is", () => {
  const decisions = EXAMPLES.map(({ event }) => planDelivery(event)).map((decision) =>
    decision.action === "deliver" ? "deliver" : decision.reason,
  );
  expect(new Set(decisions)).toEqual(
    new Set(["deliver", "event_not_mapped", "consent_denied", "consent_missing", "invalid_event", "missing_name"]),
  );
});

test("each example has a name of its own", () => {
  expect(new Set(EXAMPLES.map(({ name }) => name)).size).toBe(EXAMPLES.length);
});

test("the countries have names, in the order of the names", () => {
  expect(COUNTRIES).toContainEqual({ code: "DE", name: "Germany" });
  expect(COUNTRIES.length).toBeGreaterThan(200);
  expect(COUNTRIES.filter(({ code, name }) => code === name)).toEqual([]);
});
