import { describe, expect, test } from "vitest";

import {
  checkPlanSettings,
  defaultBlueprint,
  planDelivery,
  traceMapping,
  type Blueprint,
  type Source,
} from "@datafly/signal-apollo-connector";
import { demoRequested, timsTraits, withTraits } from "../../../examples/events/events.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";

function withFields(fields: Partial<Blueprint["fields"]>): Blueprint {
  return { ...defaultBlueprint, fields: { ...defaultBlueprint.fields, ...fields } };
}

function withLabel(label: Source): Blueprint {
  return { ...defaultBlueprint, labels: [label] };
}

function labelsOf(label: Source, properties: object) {
  const decision = planDelivery(demoRequested({ properties }), { blueprint: withLabel(label) });
  return decision.action === "deliver" ? decision.contact.label_names : undefined;
}

describe("a default value is a fixed text at the end of a list", () => {
  const label: Source = ["properties.lead_source", { value: "Unknown source" }];

  test.each([
    [{ lead_source: "Ads" }, "Ads"],
    [{}, "Unknown source"],
    [{ lead_source: " " }, "Unknown source"],
    [{ lead_source: null }, "Unknown source"],
  ])("%j gives the label %s", (properties, expected) => {
    expect(labelsOf(label, properties)).toEqual([expected]);
  });

  test("it counts for fields and custom fields, too", () => {
    const blueprint: Blueprint = {
      ...withFields({ organization_name: ["traits.company", { value: "Private person" }] }),
      typed_custom_fields: { [CUSTOM_FIELD]: ["properties.seats", { value: "none" }] },
    };
    const traits = { ...timsTraits, company: "" };
    expect(planDelivery(demoRequested({ traits }), { blueprint })).toMatchObject({
      contact: { organization_name: "Private person", typed_custom_fields: { [CUSTOM_FIELD]: "none" } },
      warnings: [],
    });
    expect(planDelivery(demoRequested({ properties: { seats: 7 } }), { blueprint })).toMatchObject({
      contact: { typed_custom_fields: { [CUSTOM_FIELD]: 7 } },
    });
  });

  test("a value that it takes the place of is reported all the same", () => {
    const blueprint = withFields({ mobile_phone: ["traits.phone", { value: "+442071838750" }] });
    const event = withTraits({ phone: "call me" });
    const warning = { code: "invalid_phone", field: "mobile_phone", source: "traits.phone" };

    expect(planDelivery(event, { blueprint })).toMatchObject({
      contact: { mobile_phone: "+442071838750" },
      warnings: [warning],
    });
    expect(traceMapping(event, { blueprint }).filter(({ field }) => field === "mobile_phone")).toStrictEqual([
      {
        field: "mobile_phone",
        source: "traits.phone",
        found: "call me",
        warning: expect.objectContaining(warning) as unknown,
      },
      { field: "mobile_phone", found: "+442071838750", sent: "+442071838750" },
    ]);
  });

  test("one that needs a consent which is not granted is passed over", () => {
    const source: Source = ["properties.plan", { value: "Measured", consent: "analytics" }, { value: "Not measured" }];
    expect(labelsOf(source, {})).toEqual(["Not measured"]);
  });
});

describe("a value map", () => {
  const label: Source = {
    path: "properties.lead_source",
    value_map: { web: "Website", " Messe ": "Trade fair", "n/a": null, "7": "Seven", true: "Yes", toString: "Text" },
  };

  test.each([
    ["web", ["Website"]],
    ["  web ", ["Website"]],
    ["Messe", ["Trade fair"]],
    [7, ["Seven"]],
    [true, ["Yes"]],
    ["toString", ["Text"]],
    ["n/a", undefined],
    ["Web", ["Web"]],
    ["Newsletter", ["Newsletter"]],
    ["valueOf", ["valueOf"]],
    [8, ["8"]],
  ])("%j becomes %j", (lead_source, labels) => {
    expect(labelsOf(label, { lead_source })).toEqual(labels);
  });

  test("a value that is mapped to null counts as empty: the next place, or the default value, is taken", () => {
    expect(labelsOf([label as never, "properties.medium", { value: "None" }], { lead_source: "n/a", medium: "cpc" })).toEqual(["cpc"]); // prettier-ignore
    expect(labelsOf([label as never, { value: "None" }], { lead_source: "n/a" })).toEqual(["None"]);
  });

  test("what is not listed keeps its type in a custom field", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      typed_custom_fields: { [CUSTOM_FIELD]: { path: "properties.trial", value_map: { false: "Bought" } } },
    };
    const of = (trial: unknown) => {
      const decision = planDelivery(demoRequested({ properties: { trial } }), { blueprint });
      return decision.action === "deliver" ? decision.contact.typed_custom_fields?.[CUSTOM_FIELD] : undefined;
    };
    expect([of(true), of(false), of(12)]).toEqual([true, "Bought", 12]);
  });

  test("what is not a text is refused as before", () => {
    const decision = planDelivery(demoRequested({ properties: { lead_source: {} } }), { blueprint: withLabel(label) });
    expect(decision).toMatchObject({ warnings: [{ code: "not_text", source: "properties.lead_source" }] });
  });

  test("the trace shows what was found and what is sent", () => {
    const event = demoRequested({ properties: { lead_source: "web" } });
    expect(traceMapping(event, { blueprint: withLabel(label) })).toContainEqual({
      field: "label_names",
      source: "properties.lead_source",
      found: "web",
      sent: "Website",
    });
  });

  test("events, part and value map go together", () => {
    const source: Source = {
      path: "traits.name",
      events: ["Signed Up"],
      part: "last",
      value_map: { Quill: "Family Quill" },
    };
    const event = (name: string) => demoRequested({ event: name, traits: { ...timsTraits, name: "Mara Quill" } });
    expect(planDelivery(event("Signed Up"), { blueprint: withLabel(source) })).toMatchObject({
      contact: { label_names: ["Family Quill"] },
    });
    expect(planDelivery(event("Demo Requested"), { blueprint: withLabel(source) })).not.toHaveProperty(
      "contact.label_names",
    );
  });
});

describe("mistakes are reported before the first event", () => {
  test.each<[string, object, string]>([
    ["a part that does not exist", withLabel({ path: "traits.name", part: "middle" as "last" }), "labels.0"],
    ["a map to a blank", withLabel({ path: "traits.x", value_map: { a: " " } }), "labels.0.value_map.a"],
    ["a map to a number", withLabel({ path: "traits.x", value_map: { a: 7 as never } }), "labels.0"],
    ["a map of a blank", withLabel({ path: "traits.x", value_map: { " ": "a" } }), "labels.0"],
    [
      "a map to what the field does not take",
      withFields({ email: { path: "traits.x", value_map: { a: "tim" } } }),
      "fields.email.value_map.a",
    ],
    [
      "a default that the field does not take",
      withFields({ email: ["traits.email", { value: "none" }] }),
      "fields.email.1.value",
    ],
    ["something behind a default", withLabel([{ value: "a" }, "traits.x"]), "labels.0.1"],
  ])("%s", (_, blueprint, path) => {
    expect(() => checkPlanSettings({ blueprint })).toThrow(
      expect.objectContaining({
        name: "SettingsError",
        issues: [
          expect.objectContaining({ path: expect.stringMatching(new RegExp(`^blueprint\\.${path}`)) as string }),
        ],
      }) as Error,
    );
  });

  test("a $schema is for editors, and is not read", () => {
    expect(
      planDelivery(demoRequested(), { blueprint: { ...defaultBlueprint, $schema: "./blueprint.schema.json" } }),
    ).toEqual(planDelivery(demoRequested()));
  });
});
