import { expect, test } from "vitest";

import { importProblems, type AllowedImports } from "./import-problems.js";
import { sources } from "./pages.js";

/** Which package may import which. Tests may import any. */
const ALLOWED: AllowedImports = {
  // Private: bundled into the packages that import it.
  "safe-http": {},
  "apollo-client": { "safe-http": "all" },
  "signal-connector-kit": { "safe-http": "all" },
  "signal-apollo-connector": { "signal-connector-kit": "all", "apollo-client": "all" },
  "signal-delivery": { "signal-connector-kit": "all" },
  "signal-apollo-worker": {
    "signal-apollo-connector": "all",
    "signal-connector-kit": "all",
    "signal-delivery": "all",
    "apollo-client": "all",
  },
  "apollo-sandbox": { "apollo-client": "types" },
};

test("no file and no folder imports itself through others, and packages import only what they may", () => {
  const files = new Map(sources.map(({ path, text }) => [path, text]));
  expect(files.size).toBeGreaterThan(200);
  expect(importProblems(files, ALLOWED)).toEqual([]);
});

const CLIENT = "packages/apollo-client/src";
const SANDBOX = "packages/apollo-sandbox/src";

/** Problems of a few files of the client, with their text. */
function problemsOf(files: Record<string, string>) {
  return importProblems(new Map(Object.entries(files)), ALLOWED);
}

test("a cycle between files is reported with their names", () => {
  const problems = problemsOf({
    [`${CLIENT}/a.ts`]: 'import { b } from "./b.js";',
    [`${CLIENT}/b.ts`]: 'export { c } from "./c.js";',
    [`${CLIENT}/c.ts`]: 'export const c = await import("./a.js");',
  });
  expect(problems).toContain(`Cycle between files: ${CLIENT}/a.ts → ${CLIENT}/b.ts → ${CLIENT}/c.ts → ${CLIENT}/a.ts`);
});

test.each([
  ["an import of types", 'import type { A } from "./a.js";'],
  ["a re-export of types", 'export type { A } from "./a.js";'],
  ["a type that imports", 'export type A = import("./a.js").A;'],
])("%s counts as an import", (_, text) => {
  const problems = problemsOf({ [`${CLIENT}/a.ts`]: 'import { b } from "./b.js";', [`${CLIENT}/b.ts`]: text });
  expect(problems).toContain(`Cycle between files: ${CLIENT}/a.ts → ${CLIENT}/b.ts → ${CLIENT}/a.ts`);
});

test("an import in a comment does not count", () => {
  const comment = '/** @example\n * import { a } from "./a.js";\n */\nexport const b = 1;';
  expect(problemsOf({ [`${CLIENT}/a.ts`]: 'import { b } from "./b.js";', [`${CLIENT}/b.ts`]: comment })).toEqual([]);
});

test("a cycle between folders is reported with their names and the imports that make it", () => {
  const files = {
    [`${CLIENT}/text/a.ts`]: 'import { b } from "../pace/b.js";',
    [`${CLIENT}/pace/b.ts`]: "export const b = 1;",
    [`${CLIENT}/pace/c.ts`]: 'import { d } from "../text/deep/d.js";',
    [`${CLIENT}/text/deep/d.ts`]: "export const d = 1;",
  };
  expect(problemsOf(files)).toEqual([
    `Cycle between folders: ${CLIENT}/text → ${CLIENT}/pace → ${CLIENT}/text (${CLIENT}/text/a.ts imports ${CLIENT}/pace/b.ts, ${CLIENT}/pace/c.ts imports ${CLIENT}/text/deep/d.ts)`,
  ]);
});

test("files directly in src may be above a folder and below it", () => {
  const files = {
    [`${CLIENT}/index.ts`]: 'export { a } from "./text/a.js";',
    [`${CLIENT}/text/a.ts`]: 'import { json } from "../json.js";',
    [`${CLIENT}/json.ts`]: "export const json = 1;",
  };
  expect(problemsOf(files)).toEqual([]);
});

test.each([
  ["the sandbox imports the connector", SANDBOX, 'import type { A } from "@datafly/signal-apollo-connector";'],
  ["the sandbox imports more than types", SANDBOX, 'import { ApolloClient } from "@datafly/apollo-client";'],
  ["the client imports the kit", CLIENT, 'import { plan } from "@datafly/signal-connector-kit";'],
  ["a package imports itself by name", CLIENT, 'import { A } from "@datafly/apollo-client";'],
])("it is reported when %s", (_, folder, text) => {
  const imported = /"(.*)"/.exec(text)?.[1];
  expect(problemsOf({ [`${folder}/a.ts`]: text })).toEqual([`Not allowed: ${folder}/a.ts imports ${imported}`]);
});

test("it is reported when a package reaches into the files of another", () => {
  const files = {
    [`${SANDBOX}/a.ts`]: 'import { json } from "../../signal-apollo-worker/src/json-syntax.js";',
  };
  expect(problemsOf(files)).toEqual([
    `Not allowed: ${SANDBOX}/a.ts imports packages/signal-apollo-worker/src/json-syntax.ts`,
  ]);
});

test("an entry of a package is part of that package", () => {
  const text = 'import { createHttp } from "@datafly/signal-connector-kit/http";';
  const worker = "packages/signal-apollo-worker/src";
  expect(problemsOf({ [`${worker}/a.ts`]: text })).toEqual([]);
  expect(problemsOf({ [`${CLIENT}/a.ts`]: text })).toHaveLength(1);
});

test("the sandbox may import types of the client", () => {
  expect(problemsOf({ [`${SANDBOX}/a.ts`]: 'import type { Contact } from "@datafly/apollo-client";' })).toEqual([]);
});
