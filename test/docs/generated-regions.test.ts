import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { GENERATORS, generatedPages, regenerate, regionsOf } from "../../docs/tools/regions.js";
import { root } from "../pages.js";

const generated = generatedPages();

test.each(generated)("%s is what its generators make; `npm run docs:write` makes it anew", async (page) => {
  const text = readFileSync(join(root, page), "utf8");
  expect(text).toBe(await regenerate(page, text));
});

test("every generator is used", () => {
  expect(new Set(generated.flatMap(regionsOf))).toEqual(new Set(Object.keys(GENERATORS)));
});

test("a region that nothing makes is an error", async () => {
  const page = "<!-- begin generated: nothing-makes-this -->\n<!-- end generated -->\n";
  await expect(regenerate("docs/README.md", page)).rejects.toThrow("nothing-makes-this");
});

test("a region that comes out empty is an error: what stands behind its name is misspelt", async () => {
  const page = "<!-- begin generated: reasons faild -->\n<!-- end generated -->\n";
  await expect(regenerate("docs/errors.md", page)).rejects.toThrow("comes out empty: reasons faild");
});
