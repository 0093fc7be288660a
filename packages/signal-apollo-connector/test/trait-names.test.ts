import { describe, expect, test } from "vitest";

import { defaultBlueprint, planDelivery, type Blueprint } from "@datafly/signal-apollo-connector";
import { demoRequested, granted } from "../../../examples/events/events.js";

const names = { first_name: "Mara", last_name: "Quill" };

describe("other spellings of the traits and properties", () => {
  test.each([
    [
      { firstName: "Mara", lastName: "Quill" },
      { first_name: "Mara", last_name: "Quill" },
    ],
    [
      { first_name: "Mara", lastName: "Quill" },
      { first_name: "Mara", last_name: "Quill" },
    ],
    [{ ...names, firstName: "Other", lastName: "Other" }, names],
    [{ ...names, first_name: " ", firstName: "Mara" }, names],
    [{ ...names, job_title: "CEO" }, { title: "CEO" }],
    [{ ...names, jobTitle: "CEO" }, { title: "CEO" }],
    [{ ...names, title: "CTO", job_title: "CEO" }, { title: "CTO" }],
  ])("traits %j are mapped to %j", (traits, contact) => {
    expect(planDelivery(demoRequested({ traits }))).toMatchObject({ action: "deliver", contact, warnings: [] });
    const context = { consent: granted, traits };
    expect(planDelivery(demoRequested({ traits: {}, context }))).toMatchObject({ action: "deliver", contact });
  });

  test.each([
    [{ leadSource: "Ads" }, "Ads"],
    [{ lead_source: "Web", leadSource: "Ads" }, "Web"],
    [{ signupMethod: "sso" }, "sso"],
  ])("properties %j give the label %s", (properties, label) => {
    expect(planDelivery(demoRequested({ properties }))).toMatchObject({
      contact: { label_names: ["Signal - Marketing Opt-in", label] },
    });
  });
});

describe("a full name", () => {
  test("is not guessed at, and the rejection names its trait, with what a blueprint can do", () => {
    expect(planDelivery(demoRequested({ traits: { name: "Mara Quill" } }))).toStrictEqual({
      action: "reject",
      reason: "missing_name",
      issues: [
        {
          path: "traits.first_name",
          message:
            'missing, blank, or without any letter; traits.name is there, and a blueprint can take its first part: { "path": "traits.name", "part": "first" }',
        },
        {
          path: "traits.last_name",
          message:
            'missing, blank, or without any letter; traits.name is there, and a blueprint can take its last part: { "path": "traits.name", "part": "last" }',
        },
      ],
    });
  });

  test.each([
    [{ fullName: "Mara Quill" }, "traits.fullName is there"],
    [{ "Full name": "Mara Quill" }, "traits.Full name is there"],
    [{ first_name: "Mara", surname: "Quill" }, "traits.surname is there, and a blueprint can name it for last_name"],
    [{ first_name: "Mara", LastName: "Quill" }, "traits.LastName is there"],
    [{ first_name: "Mara", family_name: "Quill", name: "Mara Quill" }, "traits.family_name is there"],
    [{ name: "Cher" }, "traits.name is there, but its last part cannot be told"],
  ])("the rejection names the trait that is there: %j", (traits, words) => {
    for (const parts of [{ traits }, { traits: {}, context: { consent: granted, traits } }]) {
      const decision = planDelivery(demoRequested(parts));
      const message = decision.action === "reject" ? decision.issues.at(-1)?.message : undefined;
      expect(message).toContain(words);
      expect(message).not.toMatch(/Mara|Quill|Cher/);
    }
  });

  test.each([
    { name: { first: "Mara" } },
    { name: "?" },
    { "name\u202e": "Mara Quill" },
    { "na.me": "Mara Quill" },
    { nickname: "Mara Quill" },
    [],
    "Mara Quill",
  ])("nothing is named that a blueprint could not read: %j", (traits) => {
    expect(planDelivery(demoRequested({ traits }))).toMatchObject({
      issues: [
        { message: "missing, blank, or without any letter" },
        { message: "missing, blank, or without any letter" },
      ],
    });
  });
});

describe("parts of a full name, by a blueprint", () => {
  const blueprint: Blueprint = {
    ...defaultBlueprint,
    fields: {
      ...defaultBlueprint.fields,
      first_name: ["traits.first_name", { path: "traits.name", part: "first" }],
      last_name: ["traits.last_name", { path: "traits.name", part: "last" }],
    },
  };

  test.each([
    ["Mara Quill", "Mara", "Quill"],
    ["  Mara \t Quill ", "Mara", "Quill"],
    ["Ludwig van Beethoven", "Ludwig", "van Beethoven"],
    ["Mary Ann Smith", "Mary", "Ann Smith"],
    ["Dr. Mara Quill", "Mara", "Quill"],
    ["Prof. Dr. Mara Quill", "Mara", "Quill"],
    ["Ада Королёва", "Ада", "Королёва"],
  ])("%j is %j and %j", (name, first_name, last_name) => {
    expect(planDelivery(demoRequested({ traits: { name } }), { blueprint })).toMatchObject({
      contact: { first_name, last_name },
    });
  });

  test.each(["Cher", "Quill, Mara", "Mara Quill, PhD", "Mr Smith", "Dr."])("%j is not guessed at", (name) => {
    expect(planDelivery(demoRequested({ traits: { name } }), { blueprint })).toMatchObject({
      reason: "missing_name",
      issues: [
        {
          path: "traits.first_name | traits.name",
          message: expect.stringContaining("traits.name is there, but its first part cannot be told") as unknown,
        },
        { path: "traits.last_name | traits.name" },
      ],
    });
  });

  test.each([
    "Not Available",
    "Keine Angabe",
    "%%first name%% Zheng",
    "[First Name] [Last Name]",
    "{First Name} {Last Name}",
  ])("%j is nobody's name", (name) => {
    expect(planDelivery(demoRequested({ traits: { name } }), { blueprint })).toMatchObject({ reason: "missing_name" });
  });

  test("names of their own come first", () => {
    const traits = { first_name: "Mara", last_name: "Quill", name: "M. Q. Other" };
    expect(planDelivery(demoRequested({ traits }), { blueprint })).toMatchObject({ contact: names });
  });
});
