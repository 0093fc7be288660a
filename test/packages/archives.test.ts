import { readFile } from "node:fs/promises";

import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { expect, inject, test } from "vitest";

const packed = inject("packed");

/** These come as ES modules only; `require` loads them all the same, on every Node that is supported. */
const ES_MODULES_ONLY = ["@datafly/apollo-sandbox", "@datafly/signal-delivery", "@datafly/signal-apollo-worker"];

/** What nobody imports for its types: a program to start, a description to read. */
const UNTYPED = [/^\.\/bin\//, "./openapi.yaml"];

test("there are six packages", () => {
  expect(packed.map(({ name }) => name).sort()).toEqual([
    "@datafly/apollo-client",
    "@datafly/apollo-sandbox",
    "@datafly/signal-apollo-connector",
    "@datafly/signal-apollo-worker",
    "@datafly/signal-connector-kit",
    "@datafly/signal-delivery",
  ]);
});

test.each(packed)("publint finds nothing to mend in $name", async ({ filename }) => {
  const { messages, pkg } = await publint({ pack: { tarball: await bytesOf(filename) }, strict: true });

  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test.each(packed)("the types of $name are right wherever they are resolved from", async ({ name, filename }) => {
  const archive = createPackageFromTarballData(new Uint8Array(await bytesOf(filename)));
  const checked = await checkPackage(archive, { excludeEntrypoints: UNTYPED });

  const kinds = checked.types === false ? ["NoTypes"] : checked.problems.map(({ kind }) => kind);
  expect(kinds).toEqual(ES_MODULES_ONLY.includes(name) ? ["CJSResolvesToESM"] : []);
});

test.each(packed)("$name says what it is made for, and what goes with it", async ({ filename }) => {
  const archive = createPackageFromTarballData(new Uint8Array(await bytesOf(filename)));
  const manifest = JSON.parse(archive.readFile(`/node_modules/${archive.packageName}/package.json`)) as object;

  expect(manifest).toMatchObject({
    license: "MIT",
    engines: { node: ">=20.19" },
    sideEffects: false,
    publishConfig: { access: "public", provenance: true },
    files: expect.arrayContaining(["dist", "CHANGELOG.md"]) as string[],
  });
});

test.each(packed)("the source maps of $name hold the sources, and those are ours alone", async ({ filename }) => {
  const archive = createPackageFromTarballData(new Uint8Array(await bytesOf(filename)));
  const files = archive.listFiles();
  const maps = files.filter((path) => path.endsWith(".map"));
  const programs = files.filter((path) => /\/dist\/.*\.c?js$/.test(path));

  expect(programs.filter((path) => !maps.includes(`${path}.map`))).toEqual([]);
  expect(maps).not.toEqual([]);
  for (const path of maps) {
    const map = JSON.parse(archive.readFile(path)) as { sources: string[]; sourcesContent?: string[] };
    expect(map.sources.filter((source) => !/^(\.\.\/)+((safe-http\/)?src\/|package\.json$)/.test(source))).toEqual([]);
    // A file that only passes exports on has no source of its own.
    expect(map.sourcesContent ?? []).toHaveLength(map.sources.length);
  }
});

async function bytesOf(file: string): Promise<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  return buffer.slice(byteOffset, byteOffset + byteLength);
}
