import { expect, test } from "vitest";

import { traceMapping, type Blueprint } from "@datafly/signal-apollo-connector";
import { demoRequested, granted } from "../../../examples/events/events.js";

test("each value is told from where it stands to what is sent, in the order of the blueprint", () => {
  const event = demoRequested({
    traits: { first_name: " Tim ", last_name: "Zheng", email: "Tim@Apollo.IO", phone: "call me" },
    context: { consent: granted, traits: { company: "Apollo" } },
    properties: { lead_source: "Website" },
  });

  expect(traceMapping(event)).toStrictEqual([
    { field: "first_name", source: "traits.first_name", found: " Tim ", sent: "Tim" },
    { field: "last_name", source: "traits.last_name", found: "Zheng", sent: "Zheng" },
    { field: "email", source: "traits.email", found: "Tim@Apollo.IO", sent: "tim@apollo.io" },
    { field: "organization_name", source: "context.traits.company", found: "Apollo", sent: "Apollo" },
    {
      field: "mobile_phone",
      source: "traits.phone",
      found: "call me",
      warning: expect.objectContaining({ code: "invalid_phone", source: "traits.phone" }) as unknown,
    },
    { field: "label_names", found: "Signal - Marketing Opt-in", sent: "Signal - Marketing Opt-in" },
    { field: "label_names", source: "properties.lead_source", found: "Website", sent: "Website" },
    { field: "run_dedupe", isSetting: true, found: true, sent: true },
  ]);
});

test("a label that is there already, and a name without a letter, are found and not sent", () => {
  const event = demoRequested({
    traits: { first_name: "?", last_name: "Zheng" },
    properties: { lead_source: "Ads", signup_method: " Ads " },
  });

  const unsent = traceMapping(event, { deduplicate: false }).filter(({ sent }) => sent === undefined);

  expect(unsent).toStrictEqual([
    { field: "first_name", source: "traits.first_name", found: "?" },
    { field: "label_names", source: "properties.signup_method", found: " Ads " },
  ]);
});

test("a value is told from the place whose value the field takes, not from one before it", () => {
  const traits = { first_name: "?", last_name: "Zheng", email: "n/a" };
  const event = demoRequested({
    traits,
    context: { consent: granted, traits: { first_name: "Tim", email: "tim@apollo.io" } },
  });

  expect(traceMapping(event)).toEqual(
    expect.arrayContaining([
      { field: "first_name", source: "context.traits.first_name", found: "Tim", sent: "Tim" },
      { field: "email", source: "context.traits.email", found: "tim@apollo.io", sent: "tim@apollo.io" },
    ]),
  );
  expect(traceMapping(event).filter(({ field }) => ["first_name", "email"].includes(field))).toHaveLength(2);
});

test("the team's own fields keep their type, and are told by their ids", () => {
  const blueprint: Blueprint = {
    events: ["Demo Requested"],
    consent: "marketing",
    fields: { first_name: "traits.first_name", last_name: "traits.last_name" },
    typed_custom_fields: {
      "66f1c0ffee0000000000c001": "properties.seats",
      "66f1c0ffee0000000000c002": "properties.plan",
    },
    labels: [],
  };

  const mapping = traceMapping(demoRequested({ properties: { seats: 12, plan: {} } }), { blueprint });

  expect(mapping.filter(({ field }) => field.startsWith("typed_custom_fields"))).toStrictEqual([
    {
      field: "typed_custom_fields.66f1c0ffee0000000000c001",
      source: "properties.seats",
      found: 12,
      sent: 12,
    },
    {
      field: "typed_custom_fields.66f1c0ffee0000000000c002",
      source: "properties.plan",
      found: {},
      warning: expect.objectContaining({ code: "not_text" }) as unknown,
    },
  ]);
});

test.each([
  ["is not mapped", demoRequested({ event: "Page Viewed" })],
  ["has no consent", demoRequested({ context: {} })],
  ["is no event", "Demo Requested"],
  [
    "cannot be read to its end",
    { ...demoRequested(), get properties(): object { throw new Error("no"); } }, // prettier-ignore
  ],
])("nothing is told of what %s", (_, event) => {
  expect(traceMapping(event)).toEqual([]);
});
