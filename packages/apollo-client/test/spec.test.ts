import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { Ajv2020 } from "ajv/dist/2020.js";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { APOLLO_BASE_URL } from "@datafly/apollo-client";

const specUrl = new URL("../openapi/apollo.yaml", import.meta.url);
const spec = parse(readFileSync(specUrl, "utf8")) as {
  servers: { url: string }[];
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
};

test("the generated types are those of the description; `npx pnpm@10.34.9 run generate` makes them anew", async () => {
  const generated = COMMENT_HEADER + astToString(await openapiTS(specUrl, { defaultNonNullable: false }));
  expect(readFileSync(fileURLToPath(new URL("../src/generated/apollo.ts", import.meta.url)), "utf8")).toBe(generated);
});

test("the client calls the server of the description", () => {
  expect(spec.servers.map(({ url }) => url)).toEqual([APOLLO_BASE_URL]);
});

test("every answer that the client tells apart is described", () => {
  expect(Object.keys(spec.paths["/contacts"]?.post?.responses ?? {})).toEqual([
    "200",
    "400",
    "401",
    "403",
    "404",
    "422",
    "429",
    "5XX",
  ]);
});

test("every answer to adding contacts to lists that the client tells apart is described", () => {
  const { post } = spec.paths["/labels/add_entity_ids_to_label_names"] ?? {};
  expect(Object.keys(post?.responses ?? {})).toEqual(["200", "400", "401", "403", "404", "422", "429", "5XX"]);
});

test("every answer to a check of the key that the client tells apart is described", () => {
  expect(Object.keys(spec.paths["/auth/health"]?.get?.responses ?? {})).toEqual(["200", "401", "404", "422", "5XX"]);
});

describe("the examples of the description fit its schemas", () => {
  const ajv = new Ajv2020({ strict: false }).addSchema(spec, "apollo");
  const examples: [string, string, unknown][] = [];
  collectExamples(spec, "#");

  test("there are some", () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples)("%s", (_, pointer, value) => {
    const validate = ajv.compile({ $ref: `apollo${pointer}/schema` });
    expect(validate(value) ? [] : validate.errors).toEqual([]);
  });

  function collectExamples(node: unknown, pointer: string): void {
    if (typeof node !== "object" || node === null) return;
    const {
      schema,
      example,
      examples: named,
    } = node as { schema?: unknown; example?: unknown; examples?: Record<string, { value: unknown }> };
    if (schema !== undefined && example !== undefined) examples.push([pointer, pointer, example]);
    if (schema !== undefined) {
      for (const [name, { value }] of Object.entries(named ?? {}))
        examples.push([`${pointer} ${name}`, pointer, value]);
    }
    for (const [name, child] of Object.entries(node)) {
      collectExamples(child, `${pointer}/${encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))}`);
    }
  }
});
