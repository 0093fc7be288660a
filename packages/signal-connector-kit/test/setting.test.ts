import { expect, test } from "vitest";
import * as z from "zod";

import { setting, settingFields, type SettingWords } from "@datafly/signal-connector-kit";

const words = (more: Partial<SettingWords> = {}): SettingWords => ({
  title: "Token",
  description: "A token of Acme.",
  usedFor: "sending",
  ...more,
});

test("settings are read with their words, kind, default and choices, in the order of the schema", () => {
  const settings = z.object({
    token: setting(z.string(), words({ secret: true, env: "ACME_TOKEN" })),
    region: setting(z.enum(["eu", "us"]).default("eu"), words({ title: "Region", flag: "--region <region>" })),
    size: setting(z.number().int().default(5), words({ title: "Size" })),
    merge: setting(z.boolean().optional(), words({ title: "Merge", usedFor: "planning" })),
  });

  expect(settingFields(settings)).toEqual([
    { ...words({ secret: true, env: "ACME_TOKEN" }), name: "token", type: "string", required: true },
    {
      ...words({ title: "Region", flag: "--region <region>" }),
      name: "region",
      type: "string",
      required: false,
      default: "eu",
      choices: ["eu", "us"],
    },
    { ...words({ title: "Size" }), name: "size", type: "number", required: false, default: 5 },
    { ...words({ title: "Merge", usedFor: "planning" }), name: "merge", type: "boolean", required: false },
  ]);
});

test.each([
  ["without words", z.string(), "has no words"],
  ["whose words are inside", setting(z.string(), words()).optional(), "has no words"],
  ["that is secret and has an option", setting(z.string(), words({ secret: true, flag: "--token <t>" })), "is secret"],
  ["that is secret and has no variable", setting(z.string(), words({ secret: true })), "has no environment variable"],
])("a setting %s is refused", (_, schema, problem) => {
  expect(() => settingFields(z.object({ token: schema }))).toThrow(problem);
});
