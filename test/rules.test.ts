import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { root } from "./pages.js";

const ROW = /^\| (?<rule>.+?) +\| `(?<file>packages\/\S+)` +\| `(?<word>.+)` +\|$/gm;

const contributing = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
const rules = [...contributing.matchAll(ROW)].map(({ groups = {} }) => groups);

test("CONTRIBUTING names the files of ten rules", () => {
  expect(rules).toHaveLength(10);
});

test.each(rules)("$rule: $file holds the word $word", ({ file = "", word = "" }) => {
  expect(readFileSync(join(root, file), "utf8").includes(word)).toBe(true);
});
