import { fc, test } from "@fast-check/vitest";
import { getCountries, getCountryCallingCode, type CountryCode } from "libphonenumber-js/min";
import { describe, expect } from "vitest";

import { planDelivery, signalEventSchema, traceMapping, type MappedField } from "@datafly/signal-apollo-connector";
import { demoRequested, granted, timsTraits } from "../../../examples/events/events.js";
import { isSignalEvent } from "@datafly/signal-connector-kit";
import { requestViolations } from "../../apollo-client/test/support/spec-conformance.js";

fc.configureGlobal({ numRuns: 500 });

const text = fc.string({ unit: "binary" });
const value = fc.oneof(
  text,
  fc.string(),
  fc.constantFrom("Ada", "+44 20 7183 8750", "ada@b.example", "b.example"),
  fc.jsonValue(),
);
const traitNames = Object.keys(timsTraits);
const traits = fc.dictionary(fc.constantFrom(...traitNames), value);
const consent = fc.oneof(fc.constant(granted), fc.constant({ marketing: true }), fc.jsonValue());
const settings = fc.record(
  { deduplicate: fc.boolean(), defaultCountry: fc.constantFrom("US", "DE", "JP", "AR", "IT") },
  { requiredKeys: [] },
);
/** Events that come close to being delivered, with anything at all in their places. */
const event = fc.record(
  {
    type: fc.oneof({ weight: 9, arbitrary: fc.constant("track") }, fc.jsonValue()),
    event: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("Lead Generated", "Demo Requested", "Signed Up") },
      fc.jsonValue(),
    ),
    properties: fc.oneof(
      fc.dictionary(fc.constantFrom("lead_source", "signup_method", "method"), value),
      fc.jsonValue(),
    ),
    traits: fc.oneof({ weight: 9, arbitrary: traits }, fc.jsonValue()),
    context: fc.oneof(
      { weight: 9, arbitrary: fc.record({ consent, traits: fc.oneof(traits, fc.jsonValue()) }, { requiredKeys: [] }) },
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ["type", "event"] },
);
const anything = fc.oneof(event, fc.jsonValue());

/** The rule of consent once more, written the other way round: every way in which an event can grant it. */
function grants(candidate: unknown): boolean {
  const json = JSON.parse(JSON.stringify(candidate ?? null)) as {
    context?: { consent?: Record<string, unknown> };
  } | null;
  const consent = json?.context?.consent;
  if (typeof consent !== "object") return false;
  const view = "canonical" in consent ? (consent.canonical as Record<string, unknown> | null) : consent;
  return view?.marketing === true;
}

describe("whatever comes in", () => {
  test.prop([fc.oneof(anything, fc.anything(), fc.constant(Object.assign([], { type: "page" })))])(
    "the quick check of an event and its schema say the same",
    (candidate) => {
      expect(isSignalEvent(candidate)).toBe(signalEventSchema.safeParse(candidate).success);
    },
  );

  test.prop([anything, settings])(
    "there is a decision, never an exception, and the event is not changed",
    (input, plan) => {
      const before = JSON.stringify(input);
      expect(["deliver", "drop", "reject"]).toContain(planDelivery(input, plan).action);
      expect(JSON.stringify(input)).toBe(before);
    },
  );

  test.prop([anything, settings])("nothing is delivered without the literal true", (input, plan) => {
    if (planDelivery(input, plan).action === "deliver") expect(grants(input)).toBe(true);
  });

  test.prop([anything, settings])("the same event gives the same decision", (input, plan) => {
    expect(planDelivery(structuredClone(input), plan)).toStrictEqual(planDelivery(input, plan));
  });
});

/** The contact once more, put together from the trace. */
function contactOf(mapping: readonly MappedField[]): Record<string, unknown> {
  const sent = mapping.flatMap(({ field, sent }) => (sent === undefined ? [] : [[field, sent] as const]));
  const labels = sent.flatMap(([field, value]) => (field === "label_names" ? [value] : []));
  return { ...Object.fromEntries(sent), ...(labels.length > 0 && { label_names: labels }) };
}

describe("the trace of a mapping", () => {
  test.prop([anything, settings])("agrees with the decision", (input, plan) => {
    const decision = planDelivery(input, plan);
    const mapping = traceMapping(input, plan);
    const warnings = mapping.flatMap(({ warning }) => warning ?? []);
    if (decision.action === "deliver") {
      expect(contactOf(mapping)).toStrictEqual(decision.contact);
      expect(warnings).toStrictEqual(decision.warnings);
    }
    if (decision.action === "drop") expect(mapping).toEqual([]);
  });

  test.prop([event, settings])("tells what stands at each place of the event", (input, plan) => {
    for (const { source, found } of traceMapping(input, plan)) {
      if (source === undefined) continue;
      const value = source.split(".").reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], input);
      expect(found).toBe(value);
    }
  });
});

describe("whatever the traits are", () => {
  const lead = fc
    .record({ traits, properties: fc.dictionary(fc.constantFrom("lead_source", "signup_method"), value) })
    .map((parts) => demoRequested({ ...parts, traits: { ...parts.traits, first_name: "Ada", last_name: "Byron" } }));

  test.prop([lead, settings])("the lead is delivered, and fits the API's description", (input, plan) => {
    const decision = planDelivery(input, plan);
    expect(decision.action).toBe("deliver");
    expect(decision.action === "deliver" && requestViolations(decision.contact)).toEqual([]);
  });

  test.prop([lead, settings])("no value of the contact is empty or blank", (input, plan) => {
    const decision = planDelivery(input, plan);
    const contact = decision.action === "deliver" ? decision.contact : {};
    const texts = Object.values(contact)
      .flat()
      .filter((one) => typeof one !== "boolean");
    for (const one of texts) {
      expect(one).toBeTypeOf("string");
      expect(typeof one === "string" && one.trim()).toBe(one);
      expect(one).not.toBe("");
      // Half a character is no text that a server could read.
      expect(one).not.toMatch(/\p{Cs}/u);
    }
  });

  test.prop([lead, settings])("a contact's values, mapped once more, stay as they are", (input, plan) => {
    const first = planDelivery(input, plan);
    if (first.action !== "deliver") throw new Error("not delivered");
    const { organization_name: company, mobile_phone: phone, website_url: website, email, title } = first.contact;
    const second = planDelivery(
      demoRequested({
        ...input,
        traits: { first_name: "Ada", last_name: "Byron", company, phone, website, email, title },
      }),
      plan,
    );
    expect(second.action === "deliver" && second.contact).toStrictEqual(first.contact);
    expect(second.action === "deliver" && second.warnings.filter(({ field }) => field !== "label_names")).toEqual([]);
  });

  test.prop([lead])("labels begin with the opt-in and never repeat", (input) => {
    const decision = planDelivery(input);
    const labels = decision.action === "deliver" ? (decision.contact.label_names ?? []) : [];
    expect(labels[0]).toBe("Signal - Marketing Opt-in");
    expect(new Set(labels).size).toBe(labels.length);
  });
});

describe("phone numbers", () => {
  const mapped = (phone: string, defaultCountry?: CountryCode) => {
    const decision = planDelivery(demoRequested({ traits: { ...timsTraits, phone } }), { defaultCountry });
    return decision.action === "deliver" ? decision.contact.mobile_phone : undefined;
  };
  const numbers = fc
    .tuple(
      fc.constantFrom(...getCountries()),
      fc.constantFrom("+cc (0)0", "+cc(0)", "+cc0", "+cc00", "+cccc", "00cc0", "0", ""),
      fc.stringMatching(/^[0-9]{4,12}$/),
    )
    .map(([country, prefix, digits]) => ({
      country,
      phone: prefix.replaceAll("cc", getCountryCallingCode(country)) + digits,
    }));

  test.prop([numbers], { numRuns: 5000 })("what is sent, mapped once more, stays as it is", ({ phone, country }) => {
    const sent = mapped(phone, country);
    if (sent === undefined) return;
    expect(mapped(sent, country)).toBe(sent);
    expect(mapped(sent)).toBe(sent);
  });

  test.prop([fc.constantFrom("US", "GB", "DE", "FR", "JP", "BR", "IN"), fc.stringMatching(/^[0-9]{6,11}$/)])(
    "what is sent is E.164",
    (defaultCountry, phone) => {
      const sent = mapped(phone, defaultCountry);
      if (sent !== undefined) expect(sent).toMatch(/^\+\d{1,15}$/);
    },
  );
});
