import { describe, expect, test } from "vitest";

import {
  checkPlanSettings,
  defaultBlueprint,
  planDelivery,
  SettingsError,
  type Blueprint,
} from "@datafly/signal-apollo-connector";
import { demoRequested, withTraits } from "../../../examples/events/events.js";
import { requestViolations } from "../../apollo-client/test/support/spec-conformance.js";

function contactOf(event: unknown, blueprint: Blueprint) {
  const decision = planDelivery(event, checkPlanSettings({ blueprint }));
  if (decision.action !== "deliver") throw new Error(`Expected a delivery, got ${JSON.stringify(decision)}`);
  expect(requestViolations(decision.contact)).toEqual([]);
  return decision.contact;
}

describe("a blueprint of one's own", () => {
  test("can have more events", () => {
    const blueprint = { ...defaultBlueprint, events: [...defaultBlueprint.events, "Webinar Attended"] };
    expect(contactOf(demoRequested({ event: "Webinar Attended" }), blueprint)).toMatchObject({ first_name: "Tim" });
    expect(planDelivery(demoRequested({ event: "Webinar Attended" })).action).toBe("drop");
  });

  test.each(["Webinar Attended ", "Webinar\u200b"])(
    "names its events as they are spelt, in its places as well: %j is one name and no other",
    (name) => {
      const blueprint: Blueprint = {
        ...defaultBlueprint,
        events: [name],
        labels: [{ path: "properties.room", events: [name] }],
      };
      const event = (event: string) => demoRequested({ event, properties: { room: "Blue" } });
      expect(contactOf(event(name), blueprint).label_names).toEqual(["Blue"]);
      expect(planDelivery(event(name.slice(0, -1)), { blueprint }).action).toBe("drop");
    },
  );

  test("can ask for another consent, and the opt-in label still means marketing", () => {
    const blueprint: Blueprint = { ...defaultBlueprint, consent: "personalization" };
    const context = { consent: { canonical: { personalization: true, marketing: false } } };
    expect(contactOf(demoRequested({ context }), blueprint).label_names).toEqual(["Website demo form"]);
    expect(planDelivery(demoRequested(), { blueprint })).toEqual({ action: "drop", reason: "consent_missing" });
  });

  test("can have other sources, and several, of which the first wins whose value the field takes", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: {
        ...defaultBlueprint.fields,
        organization_name: ["traits.company.name", "properties.company", "traits.company"],
        present_raw_address: "properties.city",
        corporate_phone: "traits.work_phone",
      },
    };
    const event = (company: unknown, properties = {}) =>
      demoRequested({
        properties,
        traits: { first_name: "Ada", last_name: "Byron", company, work_phone: "+44 20 7183 8750" },
      });

    expect(contactOf(event({ name: "Analytical Engines" }), blueprint).organization_name).toBe("Analytical Engines");
    expect(contactOf(event({ name: " " }, { company: "Engines" }), blueprint).organization_name).toBe("Engines");
    expect(contactOf(event("Analytical"), blueprint).organization_name).toBe("Analytical");
    const places: Blueprint = {
      ...defaultBlueprint,
      fields: { ...defaultBlueprint.fields, email: ["traits.login", "traits.email"] },
    };
    expect(contactOf(withTraits({ login: "tim" }), places).email).toBe("tim@apollo.io");
    expect(contactOf(event("Analytical", { city: "London" }), blueprint)).toMatchObject({
      present_raw_address: "London",
      corporate_phone: "+442071838750",
    });
  });

  test("can have fixed values, a stage and custom fields among them", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: { ...defaultBlueprint.fields, contact_stage_id: { value: "66F1C0FFEE0000000000D001" } },
      typed_custom_fields: {
        "66f1c0ffee0000000000c001": "properties.plan",
        "66f1c0ffee0000000000c002": "properties.seats",
        "66f1c0ffee0000000000c003": "properties.trial",
        "66f1c0ffee0000000000c004": { value: "Signal" },
        "66f1c0ffee0000000000c005": "properties.missing",
        "66f1c0ffee0000000000c006": { value: "analytics too", consent: "analytics" },
      },
    };
    const event = demoRequested({ properties: { plan: " Team ", seats: 0, trial: false, missing: " " } });

    expect(contactOf(event, blueprint)).toMatchObject({ contact_stage_id: "66f1c0ffee0000000000d001" });
    expect(contactOf(event, blueprint).typed_custom_fields).toEqual({
      "66f1c0ffee0000000000c001": "Team",
      "66f1c0ffee0000000000c002": 0,
      "66f1c0ffee0000000000c003": false,
      "66f1c0ffee0000000000c004": "Signal",
    });
  });

  test.each([
    [true, ["Asks for statistics"]],
    [false, undefined],
    [undefined, undefined],
    ["true", undefined],
    [1, undefined],
    [{}, undefined],
  ])(
    "a fixed text that is bound to a consent of %j is sent only where that is the literal true",
    (analytics, labels) => {
      const blueprint: Blueprint = {
        ...defaultBlueprint,
        labels: [{ value: "Asks for statistics", consent: "analytics" }],
      };
      const context = { consent: { canonical: { marketing: true, analytics } } };
      expect(contactOf(demoRequested({ context }), blueprint).label_names).toEqual(labels);
    },
  );

  test.each<[Blueprint["fields"]["first_name"], string]>([
    [["traits.given name", "properties.name"], "traits.given name | properties.name"],
    [{ value: "Ada", consent: "personalization" }, ""],
  ])("a name that is not found at %j is looked for there", (first_name, path) => {
    const blueprint: Blueprint = { ...defaultBlueprint, fields: { ...defaultBlueprint.fields, first_name } };
    expect(planDelivery(demoRequested(), { blueprint })).toMatchObject({ reason: "missing_name", issues: [{ path }] });
  });

  test("is looked at once for the settings that it is in, whatever the events are", () => {
    let looks = 0;
    const blueprint = {
      ...defaultBlueprint,
      get events() {
        looks++;
        return defaultBlueprint.events;
      },
    };
    const settings = { blueprint };

    planDelivery(demoRequested(), settings);
    planDelivery(demoRequested({ event: "Signed Up" }), settings);

    expect(looks).toBe(1);
  });

  test("finds flags in custom fields as they are: the first that is not empty wins, be it false", () => {
    const field = "66f1c0ffee0000000000c001";
    const of = (properties: object, places: Blueprint["labels"][number] = ["properties.trial", "properties.plan"]) =>
      contactOf(demoRequested({ properties }), { ...defaultBlueprint, typed_custom_fields: { [field]: places } })
        .typed_custom_fields?.[field];
    expect(of({ trial: false, plan: "Team" })).toBe(false);
    expect(of({ trial: " ", plan: "Team" })).toBe("Team");
    expect(of({ trial: {}, plan: 0 })).toBe(0);
  });

  test.each(["1e999", "-1e999", '{"seats":7}', "[7]"])(
    "leaves out a custom field of %s, which Apollo would clear or refuse, with a warning",
    (json) => {
      const field = "66f1c0ffee0000000000c001";
      const event = demoRequested({ properties: JSON.parse(`{"seats":${json}}`) as unknown });
      const blueprint: Blueprint = { ...defaultBlueprint, typed_custom_fields: { [field]: "properties.seats" } };
      expect(planDelivery(event, { blueprint })).toMatchObject({
        warnings: [{ code: "not_text", field: `typed_custom_fields.${field}`, source: "properties.seats" }],
      });
      expect(contactOf(event, blueprint)).not.toHaveProperty("typed_custom_fields");
    },
  );

  test("can take a field from the event's own identifiers", () => {
    const identifiers = { userId: "u1", anonymousId: "a1", groupId: "g1", messageId: "m1", timestamp: "2026-02-25" };
    for (const [path, value] of Object.entries(identifiers)) {
      const fields = { ...defaultBlueprint.fields, title: path as "userId" };
      expect(contactOf(demoRequested(identifiers), { ...defaultBlueprint, fields }).title).toBe(value);
    }
  });

  test("can do without a field of the default's", () => {
    const fields = { ...defaultBlueprint.fields, title: undefined };
    expect(contactOf(demoRequested(), { ...defaultBlueprint, fields })).not.toHaveProperty("title");
  });

  test("is checked by planDelivery itself, and its fixed texts are trimmed and normalised", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: {
        ...defaultBlueprint.fields,
        corporate_phone: { value: " +44 20 7183 8750 " },
        title: { value: " CEO " },
      },
      labels: [{ value: " From Signal\u200b" }],
    };
    expect(planDelivery(demoRequested(), { blueprint })).toMatchObject({
      contact: { corporate_phone: "+442071838750", title: "CEO", label_names: ["From Signal"] },
      warnings: [],
    });
  });

  test("leaves out an id that Apollo would refuse the whole contact for, with a warning", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: { ...defaultBlueprint.fields, account_id: "traits.account" },
    };
    const decision = planDelivery(withTraits({ account: "acme" }), { blueprint });
    expect(decision).toMatchObject({ action: "deliver", warnings: [{ code: "invalid_id", field: "account_id" }] });
    expect(contactOf(withTraits({ account: "66f1c0ffee0000000000e001" }), blueprint).account_id).toBe(
      "66f1c0ffee0000000000e001",
    );
  });

  test("can take a place into account for some events only", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: {
        ...defaultBlueprint.fields,
        title: [{ path: "properties.role", events: ["Signed Up"] }, "traits.title"],
      },
    };
    const properties = { role: "Founder" };
    expect(contactOf(demoRequested({ event: "Signed Up", properties }), blueprint).title).toBe("Founder");
    expect(contactOf(demoRequested({ properties }), blueprint).title).toBe("Head of Growth");
  });

  test("a name may have blanks within, as those of form fields do", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: { ...defaultBlueprint.fields, title: "traits.form.Job title" },
    };
    const traits = { first_name: "Tim", last_name: "Zheng", form: { "Job title": "Head of Growth" } };
    expect(contactOf(demoRequested({ traits }), blueprint).title).toBe("Head of Growth");
  });

  test("does not find what an object merely inherits", () => {
    const blueprint: Blueprint = {
      ...defaultBlueprint,
      fields: { ...defaultBlueprint.fields, title: "traits.constructor.name" },
    };
    expect(contactOf(demoRequested(), blueprint)).not.toHaveProperty("title");
  });
});

describe("a wrong blueprint fails at once, and says where", () => {
  const { fields } = defaultBlueprint;
  test.each([
    ["no object", 7, "blueprint"],
    ["no events", { ...defaultBlueprint, events: [] }, "blueprint.events"],
    ["a blank event", { ...defaultBlueprint, events: [" "] }, "blueprint.events.0"],
    ["an unknown consent", { ...defaultBlueprint, consent: "ads" }, "blueprint.consent"],
    ["no consent", { ...defaultBlueprint, consent: undefined }, "blueprint.consent"],
    [
      "a field that Apollo does not have",
      { ...defaultBlueprint, fields: { ...fields, frist_name: "traits.first_name" } },
      "blueprint.fields",
    ],
    [
      "a field that is not one text",
      { ...defaultBlueprint, fields: { ...fields, run_dedupe: "traits.x" } },
      "blueprint.fields",
    ],
    [
      "no last name",
      { ...defaultBlueprint, fields: { first_name: "traits.first_name" } },
      "blueprint.fields.last_name",
    ],
    ...["traits. title", "traits.title ", "traits..title", "traits.job\ttitle", "traits."].map(
      (path): [string, unknown, string] => [
        `a path of ${JSON.stringify(path)}`,
        { ...defaultBlueprint, fields: { ...fields, title: path } },
        "blueprint.fields.title",
      ],
    ),
    [
      "a source that is no place",
      { ...defaultBlueprint, fields: { ...fields, title: "title" } },
      "blueprint.fields.title",
    ],
    ["an empty list of places", { ...defaultBlueprint, fields: { ...fields, title: [] } }, "blueprint.fields.title"],
    [
      "a fixed id that is none",
      { ...defaultBlueprint, fields: { ...fields, contact_stage_id: { value: "Lead" } } },
      "blueprint.fields.contact_stage_id.value",
    ],
    [
      "a custom field without an id",
      { ...defaultBlueprint, typed_custom_fields: { Plan: "traits.plan" } },
      "blueprint.typed_custom_fields.Plan",
    ],
    [
      "a fixed text of nothing that can be seen",
      { ...defaultBlueprint, fields: { ...fields, title: { value: "\u200b" } } },
      "blueprint.fields.title.value",
    ],
    [
      "a place with a part that does not exist",
      { ...defaultBlueprint, labels: [{ path: "traits.x", events: ["Signed Up"], event: "Signed Up" }] },
      "blueprint.labels.0",
    ],
    [
      "a place for no events",
      { ...defaultBlueprint, labels: [{ path: "traits.x", events: [] }] },
      "blueprint.labels.0.events",
    ],
    ["nothing", null, "blueprint"],
    ["a blank label", { ...defaultBlueprint, labels: [{ value: " " }] }, "blueprint.labels.0.value"],
    ["a part that does not exist", { ...defaultBlueprint, lables: [] }, "blueprint"],
  ])("%s", (_, blueprint, path) => {
    const error = expect.objectContaining({
      name: "SettingsError",
      issues: [expect.objectContaining({ path })] as unknown,
    }) as Error;
    expect(() => checkPlanSettings({ blueprint })).toThrow(error);
    for (const event of [demoRequested(), undefined]) {
      expect(() => planDelivery(event, { blueprint: blueprint as Blueprint })).toThrow(error);
    }
  });

  test.each([
    ["a part that is missing", { labels: undefined }, "labels: Missing; expected a list"],
    ["a part of the wrong kind", { labels: "traits.plan" }, "labels: Expected a list"],
    ["a text that is a number", { events: [7] }, "events.0: Expected a text"],
    ["no events", { events: [] }, "events: Expected at least 1"],
    [
      "a purpose that does not exist",
      { consent: "ads" },
      "consent: Expected one of essential, functional, analytics, marketing, personalization",
    ],
    ["a field that does not exist", { fields: { ...fields, titel: "traits.title" } }, 'fields: There is no "titel"'],
    [
      "a custom field without an id",
      { typed_custom_fields: { Plan: "traits.plan" } },
      "typed_custom_fields.Plan: Expected the id of a custom field: 24 hexadecimal digits, the same behind contact., or a UUID",
    ],
  ])("%s, in words", (_, wrong, words) => {
    const blueprint = { ...defaultBlueprint, ...wrong };
    expect(() => checkPlanSettings({ blueprint })).toThrow(`Wrong settings: blueprint.${words}`);
  });

  test("settings that are none are wrong too", () => {
    expect(() => planDelivery(demoRequested(), null as never)).toThrow(SettingsError);
  });

  test.each([
    [{ defaultContry: "US" }, 'There is no "defaultContry"'],
    [{ deduplicate: "false" }, "deduplicate: "],
    [{ defaultCountry: "us" }, "defaultCountry: Expected a country in two capital letters"],
  ])("a setting of %j does not pass unseen", (settings, words) => {
    for (const event of [demoRequested(), {}]) {
      expect(() => planDelivery(event, settings as never)).toThrow(`Wrong settings: ${words}`);
    }
  });

  test("the default blueprint is right", () => {
    expect(checkPlanSettings({ blueprint: defaultBlueprint }).blueprint).toEqual(defaultBlueprint);
  });
});
