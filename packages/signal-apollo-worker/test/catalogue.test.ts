import { blueprintJsonSchema, defaultBlueprint } from "@datafly/signal-apollo-connector";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";

import { run } from "../../signal-delivery/test/support/run.js";

/** The table "Configure in Signal" of the page of the integration, as Signal's documentation has it. */
const FIELD_TABLE = `| Field | Required | Description |
|---|---|---|
| API Key | Yes | Apollo key with the Create a Contact endpoint enabled. Sent in the X-Api-Key header. |
| Deduplicate contacts | No | When on, sends run_dedupe=true so Apollo upserts on a match. Defaults to on. |`;

interface ManifestField {
  readonly label: string;
  readonly required: boolean;
  readonly help: string;
}

test("the manifest is the connector's entry in Signal's catalogue", async () => {
  const { exitCode, stdout } = await run(["manifest"]);

  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    id: "apollo",
    name: "Apollo.io",
    fields: [
      {
        name: "apiKey",
        label: "API Key",
        type: "string",
        help: "Apollo key with the Create a Contact endpoint enabled. Sent in the X-Api-Key header.",
        required: true,
        secret: true,
      },
      {
        name: "deduplicate",
        label: "Deduplicate contacts",
        type: "boolean",
        help: "When on, sends run_dedupe=true so Apollo upserts on a match. Defaults to on.",
        required: false,
        secret: false,
        default: true,
      },
    ],
    events: defaultBlueprint.events,
    consent: "marketing",
  });
});

test("its fields are those of the field table on the integration's page, word for word", async () => {
  const { stdout } = await run(["manifest"]);

  const { fields } = JSON.parse(stdout) as { readonly fields: readonly ManifestField[] };
  const rows = fields.map(({ label, required, help }) => `| ${label} | ${required ? "Yes" : "No"} | ${help} |`);

  expect(rows).toEqual(FIELD_TABLE.split("\n").slice(2));
});

test("schema blueprint prints the schema of a blueprint, by which Signal's own is valid", async () => {
  const { exitCode, stdout } = await run(["schema", "blueprint"]);

  expect(exitCode).toBe(0);
  const schema = JSON.parse(stdout) as Record<string, unknown>;
  expect(schema).toEqual(blueprintJsonSchema());
  expect(new Ajv2020({ strict: false }).validate(schema, defaultBlueprint)).toBe(true);
});

test("schema settings prints what can be set: titles, defaults, and which setting is secret", async () => {
  const { exitCode, stdout } = await run(["schema", "settings"]);

  expect(exitCode).toBe(0);
  const schema = JSON.parse(stdout) as Record<string, unknown>;
  expect(schema).toMatchObject({
    title: "Settings of the connector to Apollo",
    type: "object",
    required: ["apiKey"],
    properties: {
      apiKey: { type: "string", title: "API Key", writeOnly: true },
      defaultCountry: { type: "string", examples: ["US"] },
      deduplicate: { type: "boolean", default: true },
    },
  });
  // Nothing about command lines is in it.
  expect(stdout).not.toMatch(/--|APOLLO_API_KEY|usedFor|inCatalogue/);
  const validate = new Ajv2020({ strict: true }).compile(schema);
  expect(validate({ apiKey: "a", deduplicate: false })).toBe(true);
  expect(validate({ deduplicate: false })).toBe(false);
  expect(validate({ apiKey: "a", deduplicate: "no" })).toBe(false);
});

test("neither needs a key, and a schema that there is not is refused", async () => {
  const { exitCode, stderr } = await run(["schema", "events"]);

  expect(exitCode).toBe(2);
  expect(stderr).toContain("Allowed choices are blueprint, settings.");
});
