import { expect, test } from "vitest";

import { importsOf } from "./import-problems.js";
import { sources } from "./pages.js";

/** The packages that serve every vendor. They know of one what the kit's `ConnectorDefinition` has. */
const PACKAGES = ["packages/signal-delivery/src/", "packages/signal-connector-kit/src/"];

const files = sources.filter(({ path }) => PACKAGES.some((folder) => path.startsWith(folder)));

test("neither the engine nor the kit names a vendor", () => {
  expect(files.length).toBeGreaterThan(150);

  const named = files.filter(({ text }) => /apollo/i.test(text)).map(({ path }) => path);

  expect(named).toEqual([]);
});

test("neither imports a vendor's package", () => {
  const imported = new Set(files.flatMap(({ path, text }) => importsOf(path, text).map(({ to }) => to)));

  expect([...imported].filter((to) => /apollo/i.test(to))).toEqual([]);
});
