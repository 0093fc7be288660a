import { readdirSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

const folder = new URL("../src/", import.meta.url);
const files = readdirSync(folder);

test.each(files)("%s knows nothing of the API that it calls, and stands alone", (file) => {
  const source = readFileSync(new URL(file, folder), "utf8");

  expect(source).not.toMatch(/apollo|contact/i);
  expect(source).not.toMatch(/from "\.\.\/|from "[^.]/);
});
