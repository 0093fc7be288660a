import { expect, test } from "vitest";

import { unless } from "./unless.js";

const reason = "no redis-server on the PATH; apt-get install redis-server";
const skipped = ` (skipped: ${reason})`;

test.each([
  ["by a person, on Linux", { env: {}, platform: "linux" }],
  ["by CI, on macOS", { env: { CI: "true" }, platform: "darwin" }],
  ["by CI, on Windows", { env: { CI: "true" }, platform: "win32" }],
] as const)("what is missing where tests are run %s is a skip with its reason", (_, machine) => {
  expect(unless(false, reason, machine)).toBe(skipped);
});

test("what is missing where CI runs on Linux is a failure with its reason", () => {
  expect(() => unless(false, reason, { env: { CI: "true" }, platform: "linux" })).toThrow(reason);
});

test("where all is there, nothing is said", () => {
  expect(unless(true, reason, { env: { CI: "true" }, platform: "linux" })).toBe("");
});
