import { readFile } from "node:fs/promises";

import { setting, type ConnectorDefinition, type SendResult } from "@datafly/signal-connector-kit";
import { expect, test } from "vitest";
import * as z from "zod";

import { createDeliveryProgram } from "../src/delivery-program.js";
import { folderForTest } from "./support/folder.js";
import { objectsOf, run as runWith, type RunOptions } from "./support/run.js";

const settings = z.object({
  token: setting(z.string(), {
    title: "Token",
    description: "A token of Acme that may write people.",
    usedFor: "sending",
    secret: true,
    env: "ACME_TOKEN",
  }),
  segment: setting(z.enum(["leads", "trials"]).default("leads"), {
    title: "Segment",
    description: "Where people are put.",
    usedFor: "planning",
    flag: "--segment <name>",
    env: "ACME_SEGMENT",
  }),
  merge: setting(z.boolean().default(true), {
    title: "Merge people",
    description: "Whether people of the same address are merged.",
    usedFor: "sending",
    flag: "--no-merge",
  }),
  pageSize: setting(z.number().int().min(1).optional(), {
    title: "Page size",
    description: "How many people a page has.",
    usedFor: "sending",
    flag: "--page-size <number>",
    inCatalogue: false,
  }),
});

interface Blueprint {
  readonly events: readonly string[];
}

const calls: unknown[] = [];

/** A connector to a vendor that is not Apollo, and all that its program is made from. */
const definition: ConnectorDefinition<typeof settings, Blueprint, object> = {
  vendor: {
    name: "Acme",
    connector: "acme",
    record: "person",
    drops: {
      event_not_mapped: { meaning: "not one of Acme's events", whatToDo: "Nothing." },
      consent_denied: { meaning: "consent is denied", whatToDo: "Nothing." },
      consent_missing: { meaning: "no consent is known", whatToDo: "Nothing." },
    },
    rejections: { no_email: { meaning: "no e-mail address", whatToDo: "Ask for it." } },
    failures: { bad_token: { meaning: "the token is not valid", whatToDo: "Make another.", class: "setup" } },
    warnings: {},
    quotas: [],
  },
  settings,
  blueprint: {
    default: { events: ["Lead"] },
    check: (value) => z.object({ events: z.array(z.string()) }).parse(value),
    jsonSchema: () => ({ properties: { events: { description: "The events that become people." } } }),
  },
  address: { url: "https://api.acme.example" },
  plan: ({ segment }, { events }) => ({
    vendor: definition.vendor,
    purpose: "marketing",
    events,
    plan: (event) => {
      const { event: name, email } = event as { readonly event?: string; readonly email?: string };
      if (name === undefined || !events.includes(name)) return { action: "drop", reason: "event_not_mapped" };
      if (email === undefined) return { action: "reject", reason: "no_email", issues: [] };
      return { action: "deliver", payload: { email, segment }, person: email, warnings: [] };
    },
  }),
  connect: (all, blueprint) => ({
    ...definition.plan(all, blueprint),
    idempotent: all.merge,
    send: ({ payload }): Promise<SendResult> => {
      calls.push({ ...payload, ...all });
      return Promise.resolve({ status: "delivered", recordId: "p1", httpStatus: 200, warnings: [] });
    },
    check: () => Promise.resolve({ status: "ok" }),
  }),
};

const program = createDeliveryProgram(definition, {
  name: "signal-acme",
  packageName: "signal-acme",
  version: "1.2.3",
});
const env = { ACME_TOKEN: "token-of-acme" };
const run = (argv: readonly string[], options: RunOptions = {}) => runWith(argv, { ...options, main: program.main });
const lead = { type: "track", event: "Lead", email: "ada@lead.example" };

test("a program is made from any connector: its settings are options and variables, checked by its schema", async () => {
  const folder = await folderForTest();
  const file = await folder.write("leads.ndjson", [lead]);
  calls.length = 0;

  const { exitCode } = await run(["deliver", "--segment", "trials", "--no-merge", "--page-size", "5", file], { env });
  await run(["deliver", "--restart", file], { env: { ...env, ACME_SEGMENT: "trials" } });

  expect(exitCode).toBe(0);
  expect(calls).toEqual([
    { email: "ada@lead.example", segment: "trials", token: "token-of-acme", merge: false, pageSize: 5 },
    { email: "ada@lead.example", segment: "trials", token: "token-of-acme", merge: true },
  ]);
});

test.each([
  ["a required setting that is absent", ["deliver"], {}, "There is no Token. Set ACME_TOKEN."],
  ["a value that is not one of the choices", ["preview", "--segment", "x"], {}, "Allowed choices are leads, trials."],
  ["the same in the environment", ["preview"], { ACME_SEGMENT: "x" }, "Allowed choices are leads, trials."],
  ["a value that the schema refuses", ["deliver", "--page-size", "0"], env, "--page-size: Expected at least 1"],
  ["a number that is not one", ["deliver", "--page-size", "many"], env, "--page-size: Expected number"],
])("%s is refused with the setting's name", async (_, argv, variables, message) => {
  const { exitCode, stderr } = await run(argv, { env: variables, stdin: JSON.stringify(lead) });

  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test("a preview needs no secret, and shows the payload under the vendor's word", async () => {
  const { exitCode, stdout } = await run(["preview", "--json"], { stdin: JSON.stringify(lead) });

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout)).toMatchObject([{ person: { email: "ada@lead.example", segment: "leads" } }]);
});

test("init writes the connector's blueprint, with the comments of its schema", async () => {
  const folder = await folderForTest();

  const { stdout } = await run(["init", folder.path]);
  const { stdout: previewed } = await run(["preview", "--json", "--blueprint", folder.at("blueprint.jsonc")], {
    stdin: JSON.stringify(lead),
  });

  expect(await readFile(folder.at("blueprint.jsonc"), "utf8")).toContain(
    '  // The events that become people.\n  "events": ["Lead"],',
  );
  expect(stdout).toContain("export ACME_TOKEN=…\n       signal-acme deliver");
  expect(objectsOf(previewed)).toMatchObject([{ action: "deliver" }]);
});

test("check says what it can without words of the vendor", async () => {
  const { exitCode, stdout } = await run(["check", "--json"], { env });

  expect(exitCode).toBe(0);
  expect(objectsOf(stdout)).toEqual([
    expect.objectContaining({
      check: "settings",
      result: "ok",
      message: expect.stringContaining("delivers Lead") as string,
    }),
    expect.objectContaining({ check: "address", message: "Calls go to https://api.acme.example, Acme's own address." }),
    expect.objectContaining({ check: "key", message: "Acme accepts the API key (200)." }),
  ]);
});

test.each([
  [["--help"]],
  [["help", "deliver"]],
  [["help", "consume"]],
  [["help", "check"]],
  [["manifest"]],
  [["schema", "settings"]],
  [["explain"]],
  [["explain", "bad_token", "1", "Lead"]],
  [["completion", "zsh"]],
])("signal-acme %j speaks of Acme and people, and of no other vendor", async (argv) => {
  const { exitCode, stdout } = await run(argv);

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/acme/i);
  expect(stdout).not.toMatch(/apollo|contact/i);
});
