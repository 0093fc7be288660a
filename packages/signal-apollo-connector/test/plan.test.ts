import { describe, expect, test } from "vitest";

import { defaultBlueprint, planDelivery } from "@datafly/signal-apollo-connector";
import { demoRequested, granted, timsTraits, withTraits } from "../../../examples/events/events.js";
import { requestViolations } from "../../apollo-client/test/support/spec-conformance.js";

function contactOf(event: unknown, settings = {}) {
  const decision = planDelivery(event, settings);
  if (decision.action !== "deliver") throw new Error(`Expected a delivery, got ${JSON.stringify(decision)}`);
  return decision.contact;
}

function warningsOf(event: unknown, settings = {}) {
  const decision = planDelivery(event, settings);
  return decision.action === "deliver"
    ? decision.warnings.map(({ code, field, source }) => ({ code, field, source }))
    : [];
}

test("the documented example comes out as the documented payload, key for key and in its order", () => {
  const contact = contactOf(demoRequested());

  const payload = {
    first_name: "Tim",
    last_name: "Zheng",
    email: "tim@apollo.io",
    organization_name: "Apollo",
    title: "Head of Growth",
    mobile_phone: "+15553031234",
    website_url: "https://www.apollo.io/",
    label_names: ["Signal - Marketing Opt-in", "Website demo form"],
    run_dedupe: true,
  };
  expect(contact).toStrictEqual(payload);
  expect(JSON.stringify(contact)).toBe(JSON.stringify(payload));
  expect(requestViolations(contact)).toEqual([]);
});

describe("the mapping table's events", () => {
  test.each(["Lead Generated", "Demo Requested", "Signed Up"])("%s becomes a contact", (event) => {
    expect(planDelivery(demoRequested({ event })).action).toBe("deliver");
  });

  test.each([
    ["another track event", { event: "Page Scrolled" }],
    ["a mapped name in another case", { event: "demo requested" }],
    ["the name of an object's built-in property", { event: "constructor" }],
    ["a page view", { type: "page", event: undefined }],
    ["an identify call", { type: "identify", event: undefined }],
    ["a group call", { type: "group", event: undefined }],
    ["a mapped name on what is no track event", { type: "page", event: "Demo Requested" }],
    ["a type that Signal does not know yet", { type: "screen", event: "Demo Requested" }],
  ])("%s is dropped", (_, parts) => {
    expect(planDelivery(demoRequested(parts))).toStrictEqual({ action: "drop", reason: "event_not_mapped" });
  });
});

describe("the mapping table's fields", () => {
  const rows = [
    ["first_name", "first_name", "  Ada ", "Ada"],
    ["last_name", "last_name", "\u200bByron\u0000\n", "Byron"],
    ["email", "email", "  Ada@Analytical.Example ", "ada@analytical.example"],
    ["organization_name", "company", " Analytical Engines ", "Analytical Engines"],
    ["title", "title", "Head of Research", "Head of Research"],
    ["mobile_phone", "phone", "+44 (0)20 7183 8750", "+442071838750"],
    ["website_url", "website", "analytical.example", "https://analytical.example"],
  ] as const;

  test.each(rows)("%s comes from the trait %s", (field, trait, value, expected) => {
    expect(contactOf(withTraits({ [trait]: value }))).toMatchObject({ [field]: expected });
  });

  test.each([
    ["a bidi mark", "\u200e", "\u200f"],
    ["an embedding", "\u202a", "\u202c"],
    ["an override", "\u202e", "\u202c"],
    ["an isolate", "\u2066", "\u2069"],
    ["an Arabic letter mark", "\u061c", ""],
    ["a soft hyphen", "\u00ad", "\u00ad"],
    ["a byte order mark", "\ufeff", ""],
    ["a zero-width space", "\u200b", "\u2060"],
    ["a blank of Hangul", "\u3164", "\uffa0"],
    ["a blank of Braille", "\u2800", "\u2800"],
  ])("%s, pasted along with a value, is cut off", (_, before, after) => {
    const pasted = Object.fromEntries(
      Object.entries(timsTraits).map(([name, value]) => [name, before + value + after]),
    );
    expect(contactOf(withTraits(pasted))).toStrictEqual(contactOf(demoRequested()));
    expect(warningsOf(withTraits(pasted))).toEqual([]);
  });

  test.each([
    ["the variation of a sign", "\u2764\ufe0f", "\u2764\ufe0f"],
    ["a character of two halves", "\u{1f600} CEO", "\u{1f600} CEO"],
    ["white space within, which becomes one space", "CEO\n and\tfounder", "CEO and founder"],
    ["control characters within, which are dropped", "A\u0000B\u0007\u009f", "AB"],
    ["halves of a character, which are dropped", "\ud83dCEO \ude00 \ud83d", "CEO"],
  ])("a text is sent as it is, with %s", (_, title, expected) => {
    expect(contactOf(withTraits({ title }))).toMatchObject({ title: expected });
  });

  test.each(rows)(
    "%s is found in context.traits too, where the trait %s is missing",
    (field, trait, value, expected) => {
      const traits = Object.fromEntries(Object.entries(timsTraits).filter(([name]) => name !== trait));
      const event = demoRequested({ traits, context: { consent: granted, traits: { [trait]: value } } });
      expect(contactOf(event)).toMatchObject({ [field]: expected });
    },
  );

  test("traits count before context.traits, field by field", () => {
    const event = demoRequested({
      traits: { first_name: "Ada", title: " " },
      context: { consent: granted, traits: { first_name: "Tim", last_name: "Zheng", title: "Head of Growth" } },
    });
    expect(contactOf(event)).toMatchObject({ first_name: "Ada", last_name: "Zheng", title: "Head of Growth" });
  });

  test.each([
    ["first_name", "first_name", "?", "Ada"],
    ["last_name", "last_name", {}, "Byron"],
    ["email", "email", "n/a", "ada@analytical.example"],
    ["mobile_phone", "phone", "call me", "+442071838750"],
    ["website_url", "website", "none", "https://analytical.example"],
    ["title", "title", ["CEO"], "CEO"],
  ])(
    "%s: a value of the trait %s that the field cannot take (%j) hides no good one in context.traits",
    (field, trait, refused, good) => {
      const event = demoRequested({
        traits: { ...timsTraits, [trait]: refused },
        context: { consent: granted, traits: { [trait]: good } },
      });
      expect(contactOf(event)).toMatchObject({ [field]: good });
      expect(warningsOf(event)).toEqual([]);
    },
  );

  test("where no place has a value that the field takes, the first of them gives the warning", () => {
    const event = demoRequested({
      traits: { ...timsTraits, email: "n/a" },
      context: { consent: granted, traits: { email: {} } },
    });
    expect(warningsOf(event)).toEqual([{ code: "invalid_email", field: "email", source: "traits.email" }]);
  });

  test("a warning names the place where the value stands", () => {
    const event = demoRequested({
      traits: { ...timsTraits, phone: "" },
      context: { consent: granted, traits: { phone: "none" } },
    });
    expect(planDelivery(event)).toMatchObject({
      warnings: [
        { source: "context.traits.phone", message: expect.stringMatching(/^context\.traits\.phone is not/) as unknown },
      ],
    });
  });

  test.each([
    ...[undefined, null, "", "   ", "\u200b", "\t\n"],
    // letters and signs that cannot be seen
    ...[
      "\u3164",
      "\u115f",
      "\u1160",
      "\uffa0",
      "\u2800",
      "\ufe0f",
      "\u034f",
      "\u{e0020}",
      "\u200d",
      "\u202a\u202c",
      "\ufff9",
    ],
    // no characters at all
    ...["\ud83d", "\ude00\ud83d", "\u0000"],
  ])("a trait of %j is left out, never sent empty", (nothing) => {
    const event = withTraits({ email: nothing, company: nothing, title: nothing, phone: nothing, website: nothing });
    expect(Object.keys(contactOf(event))).toEqual(["first_name", "last_name", "label_names", "run_dedupe"]);
    expect(warningsOf(event)).toEqual([]);
  });

  test("a number becomes a string; what can be no text is left out with a warning", () => {
    const event = withTraits({ company: 1984, title: { en: "CEO" }, website: true });
    expect(contactOf(event)).toMatchObject({ organization_name: "1984" });
    expect(contactOf(event)).not.toHaveProperty("title");
    expect(warningsOf(event)).toEqual([
      { code: "not_text", field: "title", source: "traits.title" },
      { code: "not_text", field: "website_url", source: "traits.website" },
    ]);
  });
});

describe("names", () => {
  test.each(["Тимофей", "李", "محمد", "O’Brien-Łukasiewicz", "R2D2", "ﬁ"])("%s is a name", (name) => {
    expect(contactOf(withTraits({ first_name: name }))).toMatchObject({ first_name: name });
  });

  test.each([
    undefined,
    null,
    "",
    "  ",
    "?",
    "-",
    "123",
    "…",
    "🙂",
    42,
    {},
    [],
    true,
    "\u3164",
    "?\u3164?",
    "-\uffa0",
    "\u115f\u1160",
  ])("%j is none", (name) => {
    expect(planDelivery(withTraits({ last_name: name }))).toMatchObject({
      action: "reject",
      reason: "missing_name",
      issues: [{ path: "traits.last_name", message: "missing, blank, or without any letter" }],
    });
  });

  test("both are named where both are missing", () => {
    expect(planDelivery(withTraits({ first_name: "?", last_name: "?" }))).toMatchObject({
      issues: [{ path: "traits.first_name" }, { path: "traits.last_name" }],
    });
  });
});

/** No longer one can be sent mail to. */
const ADDRESS_OF_254 = `${"t".repeat(60)}@${"apollo.".repeat(27)}info`;

/** No longer local part is one. */
const LOCAL_PART_OF_64 = `${"t".repeat(64)}@apollo.io`;

describe("e-mail addresses", () => {
  test.each([
    ["TIM@APOLLO.IO", "tim@apollo.io"],
    ["tim+demo@mail.apollo.io", "tim+demo@mail.apollo.io"],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ["josé@exämple.de", "josé@exämple.de"],
    ["Tim <tim@apollo.io>", "tim@apollo.io"],
    ["ti\u200bm@apollo.io", "tim@apollo.io"],
    [ADDRESS_OF_254, ADDRESS_OF_254],
    [LOCAL_PART_OF_64, LOCAL_PART_OF_64],
  ])("%s is sent as %s", (email, expected) => {
    expect(contactOf(withTraits({ email }))).toMatchObject({ email: expected });
  });

  test.each([
    "tim",
    "tim@",
    "@apollo.io",
    "tim@apollo",
    "tim@@apollo.io",
    "tim zheng@apollo.io",
    "a.@docomo.example",
    "tim@apollo.io, b@c.de",
    "tim@apollo..io",
    "tim@apollo-.io",
    "tim@apollo.io-",
    "tim@-apollo.io",
    "tim@apollo.-io",
    "tim@apollo.i",
    "tim@apollo.io\nb@c.de",
    `t${LOCAL_PART_OF_64}`,
    "..@apollo.io",
    `${ADDRESS_OF_254}a`,
    42,
  ])("%s is left out with a warning, and the lead is delivered", (email) => {
    expect(contactOf(withTraits({ email }))).not.toHaveProperty("email");
    expect(warningsOf(withTraits({ email }))).toEqual([
      { code: "invalid_email", field: "email", source: "traits.email" },
    ]);
  });
});

test("what an event holds that cannot be read is no event", () => {
  const event = Object.defineProperty({ type: "track" }, "event", {
    get: () => {
      throw new Error("no");
    },
  });
  expect(planDelivery(event)).toStrictEqual({
    action: "reject",
    reason: "invalid_event",
    issues: [{ path: "", message: "The event cannot be read" }],
  });
});

test("a warning says in words which value it is about", () => {
  const decision = planDelivery(withTraits({ phone: "+1 555 303 1234 ext. 12" }));
  expect(decision).toMatchObject({
    warnings: [{ message: "traits.phone has an extension, which E.164 cannot hold; delivered without it" }],
  });
});

test("properties are looked for in the event's own, and not in its context", () => {
  const event = demoRequested({
    properties: {},
    context: { consent: granted, properties: { lead_source: "Webinar" } },
  });
  expect(contactOf(event).label_names).toEqual(["Signal - Marketing Opt-in"]);
});

test("a field of the blueprint that is undefined is one that is not mapped", () => {
  const blueprint = { ...defaultBlueprint, fields: { ...defaultBlueprint.fields, title: undefined } };
  expect(contactOf(demoRequested(), { blueprint })).not.toHaveProperty("title");
});

describe("phone numbers", () => {
  test.each([
    ["+15553031234", undefined, "+15553031234"],
    ["+1 (555) 303-1234", undefined, "+15553031234"],
    ["(555) 303-1234", "US", "+15553031234"],
    [5553031234, "US", "+15553031234"],
    ["030 123456", "DE", "+4930123456"],
    ["0049 30 123456", "DE", "+4930123456"],
    ["０３-1234-5678", "JP", "+81312345678"],
    ["+49 30 123456", "US", "+4930123456"],
    // a trunk prefix too many, written by hand
    ["+49 (0)030 123456", undefined, "+4930123456"],
    ["+49 (0)0030 123456", undefined, "+4930123456"],
    ["+31 (0)020 1234567", undefined, "+31201234567"],
    ["+61 (0)02 9876 5432", undefined, "+61298765432"],
  ] as const)("%s with default country %s is sent as %s", (phone, defaultCountry, expected) => {
    const settings = { defaultCountry };
    expect(contactOf(withTraits({ phone }), settings)).toMatchObject({ mobile_phone: expected });
    expect(warningsOf(withTraits({ phone }), settings)).toEqual([]);
  });

  test.each([
    ["(555) 303-1234", undefined],
    ["555-0149", "US"],
    ["call me", "US"],
    ["+1", undefined],
    ["+999 1234567", undefined],
    ["+49 30 123456789012 (16 digits)", undefined],
    ["+4930123456789012", undefined],
    // so many zeros are no slip of the hand
    ["+49 (0)000030 12345", undefined],
    ["+1 555 303 1234 or +1 555 303 1235", undefined],
    // a text in which a number could be found is no number
    ["call +1 555 303 1234", undefined],
    ["call (555) 303-1234 please", "US"],
  ] as const)(
    "%s with default country %s is left out with a warning, and the lead is delivered",
    (phone, defaultCountry) => {
      const settings = { defaultCountry };
      expect(contactOf(withTraits({ phone }), settings)).not.toHaveProperty("mobile_phone");
      expect(warningsOf(withTraits({ phone }), settings)).toEqual([
        { code: "invalid_phone", field: "mobile_phone", source: "traits.phone" },
      ]);
    },
  );

  test("an extension is dropped with a warning", () => {
    const event = withTraits({ phone: "+1 555 303 1234 ext. 12" });
    expect(contactOf(event)).toMatchObject({ mobile_phone: "+15553031234" });
    expect(warningsOf(event)).toEqual([
      { code: "phone_extension_dropped", field: "mobile_phone", source: "traits.phone" },
    ]);
  });
});

describe("websites", () => {
  test.each([
    ["https://www.apollo.io/", "https://www.apollo.io/"],
    ["HTTP://Apollo.io/a?b=c#d", "HTTP://Apollo.io/a?b=c#d"],
    ["apollo.io", "https://apollo.io"],
    ["www.apollo.io/pricing?x=1", "https://www.apollo.io/pricing?x=1"],
    ["apollo.io:8443", "https://apollo.io:8443"],
    ["apollo.io:8443/pricing", "https://apollo.io:8443/pricing"],
    ["apollo.io#pricing", "https://apollo.io#pricing"],
    [`${"a".repeat(63)}.example`, `https://${"a".repeat(63)}.example`],
    ["bücher.example", "https://bücher.example"],
    ["xn--bcher-kva.example", "https://xn--bcher-kva.example"],
    ["beispiel.xn--vermgensberater-ctb", "https://beispiel.xn--vermgensberater-ctb"],
  ])("%s is sent as %s", (website, expected) => {
    expect(contactOf(withTraits({ website }))).toMatchObject({ website_url: expected });
  });

  test.each([
    "n/a",
    "none",
    "localhost",
    "ftp://apollo.io",
    "javascript:alert(1)",
    "mailto:tim@apollo.io",
    "tim@apollo.io",
    "//apollo.io",
    "apollo io",
    "https://",
    "https://..",
    "http://-",
    "https://apollo.io/a b",
    "1.2",
    "apollo.i",
    "apollo.c4m",
    "-apollo.io",
    "www.-apollo.io",
    "apollo..io",
    ".apollo.io",
    "apollo.io:port",
    "apollo.io:",
    "apollo.io:99999",
    `${"a".repeat(64)}.example`,
  ])("%s is left out with a warning", (website) => {
    expect(contactOf(withTraits({ website }))).not.toHaveProperty("website_url");
    expect(warningsOf(withTraits({ website }))).toEqual([
      { code: "invalid_website", field: "website_url", source: "traits.website" },
    ]);
  });
});

describe("labels", () => {
  const optIn = "Signal - Marketing Opt-in";
  test.each([
    ["no source", "Demo Requested", {}, [optIn]],
    ["a lead source", "Lead Generated", { lead_source: " Webinar " }, [optIn, "Webinar"]],
    ["a blank lead source", "Lead Generated", { lead_source: " " }, [optIn]],
    ["a lead source that is no text", "Lead Generated", { lead_source: ["a"] }, [optIn]],
    ["a sign-up method", "Signed Up", { signup_method: "google" }, [optIn, "google"]],
    ["a method, on a sign-up", "Signed Up", { method: "google" }, [optIn, "google"]],
    ["a method, on another event", "Demo Requested", { method: "google" }, [optIn]],
    ["both methods", "Signed Up", { signup_method: "sso", method: "google" }, [optIn, "sso"]],
    ["a source and a method", "Signed Up", { lead_source: "Ad", method: "google" }, [optIn, "Ad", "google"]],
    ["a source that repeats the method", "Signed Up", { lead_source: "google", method: "google" }, [optIn, "google"]],
    ["a source that repeats the opt-in", "Signed Up", { lead_source: optIn }, [optIn]],
  ])("%s on %s", (_, event, properties, labels) => {
    expect(contactOf(demoRequested({ event, properties })).label_names).toEqual(labels);
  });
});

test("a label that is no text is left out with a warning; without any label there is no label_names", () => {
  const blueprint = { ...defaultBlueprint, labels: ["properties.lead_source"] } as const;
  const event = demoRequested({ properties: { lead_source: { name: "Ad" } } });
  expect(contactOf(event, { blueprint })).not.toHaveProperty("label_names");
  expect(warningsOf(event, { blueprint })).toEqual([
    { code: "not_text", field: "label_names", source: "properties.lead_source" },
  ]);
});

describe("deduplication", () => {
  test.each([
    [{}, true],
    [{ deduplicate: true }, true],
    [{ deduplicate: false }, undefined],
  ])("with settings %j, run_dedupe is %s", (settings, expected) => {
    expect(contactOf(demoRequested(), settings).run_dedupe).toBe(expected);
    expect("run_dedupe" in contactOf(demoRequested(), settings)).toBe(expected !== undefined);
  });
});

describe("what is no event", () => {
  test.each([
    ["nothing", undefined, ""],
    ["null", null, ""],
    ["a list", [], ""],
    ["a text", "Demo Requested", ""],
    ["an object without a type", {}, "type"],
    ["a type that is no text", { type: 1 }, "type"],
    ["a track event without a name", { type: "track" }, "event"],
    ["a track event with a name that is no text", { type: "track", event: 7 }, "event"],
  ])("%s is rejected, with the path of what is wrong", (_, event, path) => {
    const decision = planDelivery(event);
    expect(decision).toMatchObject({ action: "reject", reason: "invalid_event" });
    expect(decision.action === "reject" && decision.issues.map((issue) => issue.path)).toEqual([path]);
  });

  test.each([
    ["messageId", 42],
    ["userId", { id: 1 }],
    ["anonymousId", null],
    ["timestamp", "yesterday"],
    ["groupId", []],
    ["traits", null],
  ])("a wrong %s costs no lead", (field, value) => {
    const event = demoRequested({ context: { consent: granted, traits: timsTraits }, [field]: value });
    expect(planDelivery(event).action).toBe("deliver");
  });

  test.each([
    ["properties", []],
    ["properties", "none"],
    ["traits", []],
    ["traits", "Tim"],
  ])("%s of %j, which are no object, count as absent and cost no lead", (part, value) => {
    const event = demoRequested({ context: { consent: granted, traits: timsTraits }, [part]: value });
    expect(contactOf(event)).toMatchObject({ first_name: "Tim", last_name: "Zheng", email: "tim@apollo.io" });
    expect(warningsOf(event)).toEqual([]);
  });

  test.each([[[]], [true], ["granted"], [null]])(
    "a context of %j holds no consent: dropped, and not kept",
    (context) => {
      expect(planDelivery(demoRequested({ context }))).toEqual({ action: "drop", reason: "consent_missing" });
    },
  );

  test.each([{ properties: [] }, { traits: "Tim Zheng" }, { traits: [timsTraits] }])(
    "an event of %j of a person who has denied consent is dropped, and not kept",
    (parts) => {
      const event = demoRequested({ context: { consent: { canonical: { marketing: false } } }, ...parts });
      expect(planDelivery(event)).toEqual({ action: "drop", reason: "consent_denied" });
    },
  );

  test("an object that is another one at each look is rejected", () => {
    let looks = 0;
    const event = { get type() { return looks++ === 0 ? undefined : "page"; } }; // prettier-ignore
    expect(planDelivery(event)).toEqual({ action: "reject", reason: "invalid_event", issues: [] });
  });

  test("an object that throws when it is read is rejected, not thrown", () => {
    const event = { get type(): string { throw new Error("no"); } }; // prettier-ignore
    expect(planDelivery(event)).toMatchObject({ action: "reject", reason: "invalid_event" });
  });
});
