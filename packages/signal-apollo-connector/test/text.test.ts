import { describe, expect, test } from "vitest";

import { defaultBlueprint, personKey, planDelivery, type Blueprint } from "@datafly/signal-apollo-connector";
import { demoRequested, withTraits } from "../../../examples/events/events.js";
import { planValue } from "./support/plan-value.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";

describe("a text is sent in one form, however it is typed or copied", () => {
  test.each([
    ["line ends", "Mara\r\nAnn", "Mara Ann"],
    ["a tab", "Mara\tAnn", "Mara Ann"],
    ["a no-break space", "Mara\u00a0Ann", "Mara Ann"],
    ["an ideographic space", "Mara\u3000Ann", "Mara Ann"],
    ["a line separator", "Mara\u2028Ann", "Mara Ann"],
    ["a next line", "Mara\u0085Ann", "Mara Ann"],
    ["a blank of Hangul", "Mara\u3164Ann", "Mara Ann"],
    ["a run of spaces of several kinds", "Mara \u2003\n Ann", "Mara Ann"],
    ["spaces around an invisible character", "Mara \u200b Ann", "Mara Ann"],
    ["a zero-width space", "Ma\u200bra", "Mara"],
    ["a soft hyphen", "Ma\u00adra", "Mara"],
    ["a word joiner", "Ma\u2060ra", "Mara"],
    ["a byte order mark", "\ufeffMa\ufeffra", "Mara"],
    ["direction marks", "\u200eMara\u200f", "Mara"],
    ["embeddings and isolates", "\u202aMa\u202cra\u2066\u2069", "Mara"],
    ["tags", "Mara\u{e0041}\u{e0042}", "Mara"],
    ["an object replacement character", "Mara\ufffc", "Mara"],
    ["control characters", "A\u0000B\u0007\u009f", "AB"],
    ["half a character", "Mara\ud83d", "Mara"],
    ["decomposed letters", "E\u0301lodie", "\u00c9lodie"],
    ["letters split by an invisible character", "E\u200b\u0301lodie", "\u00c9lodie"],
    ["decomposed Hangul", "\u1112\u1161\u11ab", "\ud55c"],
    ["a compatibility letter, which NFC keeps", "\ufb01", "\ufb01"],
    ["joiners at the ends", "\u200cMara\u200d", "Mara"],
    ["joiners beside a space", "Mara \u200dAnn", "Mara Ann"],
    [
      "a run of joiners",
      "\u0646\u0645\u06cc\u200c\u200c\u0634\u0648\u062f",
      "\u0646\u0645\u06cc\u200c\u0634\u0648\u062f",
    ],
    ["a variation selector of nothing", "\ufe0fMara", "Mara"],
  ])("%s", (_, title, expected) => {
    expect(planValue("title", title)).toEqual({ sent: expected, warnings: [] });
  });

  test.each([
    ["a non-joiner between letters", "\u0646\u0645\u06cc\u200c\u0634\u0648\u062f"],
    ["a joiner between letters", "\u0d95\u0dca\u200d\u0dbb"],
    ["a joiner that ends a word of Malayalam", "\u0d30\u0d3e\u0d1c\u0d28\u0d4d\u200d"],
    ["an emoji of two", "\u{1f469}\u200d\u{1f4bb}"],
    ["an emoji of two with skin and selector", "\u{1f3f3}\ufe0f\u200d\u{1f308} \u{1f469}\u{1f3fd}\u200d\u{1f680}"],
    ["the variation of a sign", "\u2764\ufe0f"],
    ["the flag of a region", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"],
    ["a keycap", "1\ufe0f\u20e3"],
    ["the variant of an ideograph", "\u845b\u{e0100}\u57ce"],
    ["marks of Thai", "\u0e01\u0e33\u0e25\u0e31\u0e07"],
    ["an Arabic number sign", "\u0600\u0661"],
  ])("spelling stays: %s", (_, title) => {
    expect(planValue("title", title)).toEqual({ sent: title.normalize("NFC"), warnings: [] });
  });

  test("one lead source is one list, however it is spaced", () => {
    const labels = [
      "Website demo form",
      "Website\ndemo form",
      "Web\u00adsite demo form",
      " Website  demo\u00a0form ",
    ].map((lead_source) => {
      const decision = planDelivery(demoRequested({ properties: { lead_source } }));
      return decision.action === "deliver" ? decision.contact.label_names?.[1] : undefined;
    });
    expect(new Set(labels)).toEqual(new Set(["Website demo form"]));
  });

  test("two names are one person, composed and decomposed, with and without invisible characters", () => {
    const keys = ["\u00c9lodie", "E\u0301lodie", "\u00c9lo\u200bdie", " \u00c9lodie\u00a0"].map((first_name) => {
      const event = demoRequested({ traits: { first_name, last_name: "Vasseur" }, userId: null, anonymousId: null });
      const decision = planDelivery(event);
      return decision.action === "deliver" ? personKey(event, decision.contact) : undefined;
    });
    expect(new Set(keys)).toEqual(new Set(["name:\u00e9lodie vasseur"]));
  });

  test("two ids are one person, composed and decomposed", () => {
    const keys = ["jos\u00e9", "jose\u0301", "jos\u00e9\u200b"].map((userId) => {
      const event = demoRequested({ traits: { first_name: "Jos\u00e9", last_name: "Vasseur" }, userId });
      const decision = planDelivery(event);
      return decision.action === "deliver" ? personKey(event, decision.contact) : undefined;
    });
    expect(new Set(keys)).toEqual(new Set(["userId:jos\u00e9"]));
  });

  test("more marks than any script writes are sent as they are", () => {
    const zalgo = `a${"\u0301\u0323".repeat(100)}`;
    expect(planValue("title", zalgo)).toEqual({ sent: zalgo, warnings: [] });
  });
});

describe("numbers", () => {
  const planField = (value: unknown) => {
    const blueprint: Blueprint = { ...defaultBlueprint, typed_custom_fields: { [CUSTOM_FIELD]: "properties.number" } };
    const decision = planDelivery(demoRequested({ properties: { number: value } }), { blueprint });
    if (decision.action !== "deliver") throw new Error("Expected a delivery");
    return {
      sent: decision.contact.typed_custom_fields?.[CUSTOM_FIELD],
      warnings: decision.warnings.map(({ code }) => code),
    };
  };

  test.each([
    [42, 42],
    [-0.5, -0.5],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["1234567890123456789", "1234567890123456789"],
    [1234567890123456789n, "1234567890123456789"],
    [-1234567890123456789n, "-1234567890123456789"],
    [7n, "7"],
  ])("%s keeps its digits", (value, expected) => {
    expect(planField(value)).toEqual({ sent: expected, warnings: [] });
  });

  test.each([2 ** 53, -(2 ** 53), 1_234_567_890_123_456_800, 1e21])(
    "%d has lost digits, and is omitted with a warning",
    (value) => {
      expect(planField(value)).toEqual({ sent: undefined, warnings: ["imprecise_number"] });
      expect(planValue("title", value)).toEqual({ sent: undefined, warnings: ["imprecise_number"] });
    },
  );

  test("a bigint of a million digits is too long", () => {
    expect(planField(10n ** 1_000_000n)).toEqual({ sent: undefined, warnings: ["too_long"] });
  });

  test("a bigint fills a text as well, and the contact can be written as JSON", () => {
    const decision = planDelivery(withTraits({ company: 1984n }));
    expect(JSON.parse(JSON.stringify(decision))).toMatchObject({ contact: { organization_name: "1984" } });
  });
});
