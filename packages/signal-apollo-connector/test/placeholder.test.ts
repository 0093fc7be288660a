import { describe, expect, test } from "vitest";

import {
  checkPlanSettings,
  defaultBlueprint,
  planDelivery,
  traceMapping,
  type Blueprint,
} from "@datafly/signal-apollo-connector";
import { demoRequested, granted, withTraits } from "../../../examples/events/events.js";
import { planValue } from "./support/plan-value.js";

const CUSTOM_FIELD = "66f1c0ffee0000000000c001";

function planNames(first_name: unknown, last_name: unknown) {
  return planDelivery(withTraits({ first_name, last_name }));
}

describe("what nobody is called is not a name, even beside a real one", () => {
  test.each([
    ...[
      "N/A",
      "n/a",
      "N / A",
      "(N/A)",
      "-- n/a --",
      "n/a.",
      "\uff2e\uff0f\uff21",
      "Not Available",
      "not provided",
      "TBD",
    ],
    ...["#N/A", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NV", "#BEZUG!", "#N/D", "#\u00a1REF!", "#ERROR!"],
    ...[
      "undefined",
      "Undefined",
      "undefined undefined",
      "[object Object]",
      "[object Undefined]",
      "(null)",
      "<null>",
      "(none)",
    ],
    ...[
      "{{first_name}}",
      "{{ contact.first_name }}",
      "{{lead.First Name:default=friend}}",
      "${lead.name}",
      "${firstName}",
    ],
    ...["%%first_name%%", "%%FIRSTNAME%%", "*|FNAME|*", "*|MERGE1|*", "%FIRSTNAME%", "%first_name%", "[First Name]"],
    ...[
      "[FIRST_NAME]",
      "[[first_name]]",
      "{first_name}",
      "{First Name}",
      "<First Name>",
      "<%= first_name %>",
      "{% name %}",
    ],
    ...[
      "{!Contact.FirstName}",
      "#{name}",
      "\u00abFirstName\u00bb",
      "##first_name##",
      "#firstname#",
      "__FIRST_NAME__",
      "~Contact.FirstName~",
    ],
    ...["$first_name", "{$name}", "|FNAME|", "-FNAME-", "Dear {{first_name}}", "First Name", "first_name", "Last name"],
  ])("%s", (word) => {
    for (const [decision, trait] of [
      [planNames(word, "Quill"), "traits.first_name"],
      [planNames("Mara", word), "traits.last_name"],
    ] as const) {
      expect(decision).toEqual({
        action: "reject",
        reason: "missing_name",
        issues: [{ path: trait, message: "a placeholder such as N/A, null or {{first_name}}, and not a name" }],
      });
    }
  });
});

describe("words that people are called as well are names beside a real one", () => {
  test.each([
    ["Christopher", "Null"],
    ["Nan", "Smith"],
    ["Nil", "Patel"],
    ["Rachel", "True"],
    ["Na", "Li"],
    ["Mara", "Blank"],
    ["None", "Quill"],
    ["Nan", "None"],
    ["Christopher", "null"],
    ["NULL", "Smith"],
    ["N.A.", "Jones"],
    ["Test", "Tester"],
    ["Mr.", "T"],
    ["X", "\u00c6 A-12"],
    ["Nulla", "Nonesuch"],
    ["Undine", "Null"],
    ["K.A.", "Applegate"],
  ])("%s %s", (first, last) => {
    expect(planNames(first, last)).toMatchObject({ contact: { first_name: first, last_name: last }, warnings: [] });
  });

  test.each([
    ["null", "null"],
    ["Null", "NULL"],
    ["none", "None"],
    ["nil", "nil"],
    ["NaN", "nan"],
    ["null", "None"],
    ["Null", "null"],
    ["Nan", "Nan"],
    ["None", "True"],
    ["NA", "NA"],
    ["n.a.", "n.a."],
    ["Unknown", "Unknown"],
    ["false", "false"],
    ["null null", "null"],
    ["'null'", "null"],
  ])("and are not where both names are such: %s %s", (first, last) => {
    expect(planNames(first, last)).toMatchObject({
      action: "reject",
      reason: "missing_name",
      issues: [{ path: "traits.first_name" }, { path: "traits.last_name" }],
    });
  });

  test("both hide no real name in another place", () => {
    const event = demoRequested({
      traits: { first_name: "null", last_name: "null" },
      context: { consent: granted, traits: { first_name: "Ada", last_name: "Byron" } },
    });
    expect(planDelivery(event)).toMatchObject({ contact: { first_name: "Ada", last_name: "Byron" } });
  });

  test("one of them stays where the other place has a real name for the other field only", () => {
    const event = demoRequested({
      traits: { first_name: "null", last_name: "null" },
      context: { consent: granted, traits: { first_name: "Christopher" } },
    });
    expect(planDelivery(event)).toMatchObject({ contact: { first_name: "Christopher", last_name: "null" } });
  });

  test("the trace says why they are not sent", () => {
    const names = traceMapping(withTraits({ first_name: "null", last_name: "null" })).slice(0, 2);
    expect(names.map(({ field, sent, warning }) => [field, sent, warning?.code])).toEqual([
      ["first_name", undefined, "placeholder"],
      ["last_name", undefined, "placeholder"],
    ]);
  });
});

describe("in a title, a company or a label such words are omitted with a warning: they would overwrite good values", () => {
  const words = [
    ...[
      "null",
      "NULL",
      "none",
      "None",
      "nil",
      "NaN",
      "N/A",
      "n/a",
      "NA",
      "n.a.",
      "unknown",
      "undefined",
      "-",
      "--",
      "?",
      "...",
    ],
    ...[
      "#N/A",
      "#REF!",
      "[object Object]",
      "{{company}}",
      "{{company}} Ltd",
      "%%title%%",
      "[Company Name]",
      "- None -",
      "(none)",
    ],
  ];

  test.each(words)("%s", (word) => {
    for (const field of ["title", "organization_name"] as const) {
      expect(planValue(field, word)).toEqual({ sent: undefined, warnings: ["placeholder"] });
    }
    const decision = planDelivery(demoRequested({ properties: { lead_source: word } }));
    expect(decision).toMatchObject({
      contact: { label_names: ["Signal - Marketing Opt-in"] },
      warnings: [{ code: "placeholder", field: "label_names", source: "properties.lead_source" }],
    });
  });

  test.each([
    ...[
      "Null & Sons",
      "None of the Above Ltd",
      "Nando's",
      "True Ventures",
      "True",
      "Anonymous",
      "Blank",
      "NaNoWriMo",
      "#1 Cafe",
    ],
    ...[
      "100% Organic",
      "C#",
      "C++ {remote}",
      "[x+1]",
      "\u00ab\u0413\u0430\u0437\u043f\u0440\u043e\u043c\u00bb",
      "A$$",
      "A_B",
      "Yahoo!",
      "?What If!",
      "A/N",
      "Head of N/A Markets",
    ],
  ])("%s stays", (value) => {
    for (const field of ["title", "organization_name"] as const) {
      expect(planValue(field, value)).toEqual({ sent: value, warnings: [] });
    }
  });

  test("a fixed text of the blueprint is what the team means", () => {
    const blueprint: Blueprint = { ...defaultBlueprint, labels: [{ value: "None" }] };
    expect(planDelivery(demoRequested(), { blueprint })).toMatchObject({
      contact: { label_names: ["None"] },
      warnings: [],
    });
  });
});

describe("a field of the team's own", () => {
  const planField = (value: unknown) => {
    const blueprint: Blueprint = { ...defaultBlueprint, typed_custom_fields: { [CUSTOM_FIELD]: "properties.answer" } };
    const decision = planDelivery(demoRequested({ properties: { answer: value } }), { blueprint });
    if (decision.action !== "deliver") throw new Error("Expected a delivery");
    return {
      sent: decision.contact.typed_custom_fields?.[CUSTOM_FIELD],
      warnings: decision.warnings.map(({ code }) => code),
    };
  };

  test.each(["None", "N/A", "null", "-", "We use {{mustache}} templates", '{"a":1}', "<company> & more"])(
    "takes words that can be answers, and texts that quote a template: %s",
    (value) => {
      expect(planField(value)).toEqual({ sent: value, warnings: [] });
    },
  );

  test.each(["undefined", "#N/A", "[object Object]", "{{answer}}", "%%answer%%"])(
    "does not take what a program left: %s",
    (value) => {
      expect(planField(value)).toEqual({ sent: undefined, warnings: ["placeholder"] });
    },
  );
});

describe("a blueprint can add words", () => {
  const settings = checkPlanSettings({
    blueprint: { ...defaultBlueprint, placeholders: ["Keine Auskunft", " Test  Lead ", "(leer)", "Bitte wählen:"] },
  });

  test.each(["keine auskunft", "Keine Auskunft", "(Keine Auskunft)", "TEST LEAD", "(leer)", "Bitte wählen:"])(
    "%s",
    (word) => {
      expect(planDelivery(withTraits({ last_name: word }), settings)).toMatchObject({ reason: "missing_name" });
      expect(planDelivery(withTraits({ last_name: word })).action).toBe("deliver");
      expect(planValue("title", word, settings)).toEqual({ sent: undefined, warnings: ["placeholder"] });
    },
  );

  test("and the others stay placeholders", () => {
    expect(planValue("title", "N/A", settings)).toEqual({ sent: undefined, warnings: ["placeholder"] });
  });

  test.each([[[""]], [["\u200b"]], ["N/A"], [[1]]])("%j is a mistake in the blueprint", (placeholders) => {
    expect(() => checkPlanSettings({ blueprint: { ...defaultBlueprint, placeholders } })).toThrow("placeholders");
  });
});
