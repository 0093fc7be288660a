import { describe, expect, test } from "vitest";

import {
  checkPlanSettings,
  defaultBlueprint,
  planDelivery,
  WARNINGS,
  type Blueprint,
} from "@datafly/signal-apollo-connector";
import { MAX_LENGTHS } from "@datafly/signal-connector-kit";
import { demoRequested, timsTraits } from "../../../examples/events/events.js";
import { CONTACT_FIELDS, type ContactField } from "../src/contact-fields.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";

function planOf(traits: object, blueprint: Partial<Blueprint> = {}, defaultCountry?: "US" | "DE") {
  return planDelivery(demoRequested({ traits: { ...timsTraits, ...traits } }), {
    blueprint: { ...defaultBlueprint, ...blueprint },
    defaultCountry,
  });
}

describe("a value that is longer than its field takes is omitted with a warning, and one that just fits is sent", () => {
  const url = "https://www.apollo.io/";
  test.each<[ContactField, number, string]>([
    ["organization_name", 2_048, "A"],
    ["title", 2_048, "A"],
    ["present_raw_address", 2_048, "A"],
    ["website_url", 2_048, url],
    ["mobile_phone", 250, "+15553031234"],
    ["email", 2_048, "tim@apollo.io"],
    ["account_id", 2_048, "66f1c0ffee0000000000c001"],
  ])("%s: %d characters", (field, longest, start) => {
    // Blanks count, though they would be trimmed.
    const of = (length: number) =>
      planOf({ value: start.padEnd(length, " ") }, { fields: { ...defaultBlueprint.fields, [field]: "traits.value" } });

    expect(of(longest)).toMatchObject({ action: "deliver", contact: { [field]: start }, warnings: [] });
    const tooLong = of(longest + 1);
    expect(tooLong).toMatchObject({
      action: "deliver",
      warnings: [{ code: "too_long", field, source: "traits.value", message: "traits.value is too long; omitted" }],
    });
    expect(tooLong).not.toHaveProperty(`contact.${field}`);
  });

  test("every phone number has the shorter cap", () => {
    const phones = Object.entries(CONTACT_FIELDS).flatMap(([field, { maxLength }]) => (maxLength === 250 ? field : []));
    expect(phones).toEqual(["direct_phone", "corporate_phone", "mobile_phone", "home_phone", "other_phone"]);
  });

  test("a label: 2,048 characters", () => {
    const of = (length: number) => planOf({ label: "L".repeat(length) }, { labels: ["traits.label"] });
    expect(of(2_048)).toMatchObject({ contact: { label_names: ["L".repeat(2_048)] }, warnings: [] });
    expect(of(2_049)).not.toHaveProperty("contact.label_names");
    expect(of(2_049)).toMatchObject({ warnings: [{ code: "too_long", field: "label_names" }] });
  });

  test("a custom field: 65,536 characters", () => {
    const of = (length: number) =>
      planOf({ notes: "N".repeat(length) }, { typed_custom_fields: { [CUSTOM_FIELD]: "traits.notes" } });
    expect(of(65_536)).toMatchObject({ contact: { typed_custom_fields: { [CUSTOM_FIELD]: "N".repeat(65_536) } } });
    expect(of(65_537)).not.toHaveProperty("contact.typed_custom_fields");
    expect(of(65_537)).toMatchObject({
      warnings: [{ code: "too_long", field: `typed_custom_fields.${CUSTOM_FIELD}` }],
    });
  });

  test("one that is too long does not hide a good one further on", () => {
    const fields = { ...defaultBlueprint.fields, title: ["traits.long", "traits.title"] } as const;
    expect(planOf({ long: "A".repeat(3_000) }, { fields })).toMatchObject({
      contact: { title: "Head of Growth" },
      warnings: [],
    });
  });
});

test.each([
  ["first_name", "a name of three hundred thousand blanks and a letter", `${" ".repeat(300_000)}A`],
  ["last_name", "a name of 2,049 letters", "A".repeat(2_049)],
])("%s: %s is too long, and the rejection says so", (field, _, name) => {
  expect(planOf({ [field]: name })).toStrictEqual({
    action: "reject",
    reason: "missing_name",
    issues: [{ path: `traits.${field}`, message: "too long: more than 2048 characters, blanks included" }],
  });
});

test.each<[Partial<Blueprint>]>([
  [{ labels: [{ value: "L".repeat(2_049) }] }],
  [{ fields: { ...defaultBlueprint.fields, mobile_phone: { value: "+15553031234".padEnd(251, "0") } } }],
])("a fixed text that its field does not take is a mistake in the blueprint", (parts) => {
  expect(() => checkPlanSettings({ blueprint: { ...defaultBlueprint, ...parts } })).toThrow("Wrong settings");
});

test("the words for the warning name each cap", () => {
  for (const cap of Object.values(MAX_LENGTHS)) {
    expect(WARNINGS.too_long.whatToDo).toMatch(new RegExp(`\\b${cap.toLocaleString("en")} `));
  }
});

describe("the parameters behind a phone number", () => {
  test.each([
    ["an extension as RFC 3966 writes it", "+1-555-303-1234;ext=5", "phone_extension_dropped"],
    ["an extension in capitals", "+1-555-303-1234;EXT=5", "phone_extension_dropped"],
    ["an extension as phones dial it", "+1 555 303 1234; 123#", "phone_extension_dropped"],
    ["an extension behind another parameter", "+15553031234;isub=9;ext=5", "phone_extension_dropped"],
    ["an extension in words", "+1 555 303 1234 ext. 5", "phone_extension_dropped"],
    ["a subaddress", "+15553031234;isub=1234", undefined],
    ["a parameter of somebody's own", "+15553031234;foo;bar=a b", undefined],
    ["a context, of a number that names its country", "+15553031234;phone-context=+44", undefined],
    ["a semicolon at the end", "+15553031234;", undefined],
  ])("are cut off: %s", (_, phone, code) => {
    expect(planOf({ phone })).toMatchObject({
      contact: { mobile_phone: "+15553031234" },
      warnings: code === undefined ? [] : [{ code, field: "mobile_phone" }],
    });
  });

  test("an extension of a national number is cut off, too", () => {
    expect(planOf({ phone: "(555) 303-1234;ext=5" }, {}, "US")).toMatchObject({
      contact: { mobile_phone: "+15553031234" },
      warnings: [{ code: "phone_extension_dropped" }],
    });
  });

  test.each([
    ["a local number of a country", "555-303-1234;phone-context=+1"],
    ["a local number of a company", "7042;phone-context=example.com"],
    ["a local number whose context is written in capitals", "7042;Phone-Context=example.com"],
    ["a second number", "+1 555 303 1234; +44 20 7183 8750"],
    ["a note", "+1 555 303 1234; only on Mondays"],
    ["nothing but a context", ";phone-context=+15553031234"],
  ])("make no wrong number: %s is omitted", (_, phone) => {
    for (const country of [undefined, "US", "DE"] as const) {
      const decision = planOf({ phone }, {}, country);
      expect(decision).toMatchObject({ warnings: [{ code: "invalid_phone", field: "mobile_phone" }] });
      expect(decision).not.toHaveProperty("contact.mobile_phone");
    }
  });
});
