import { expect, test } from "vitest";

import { pnpm } from "../../scripts/pnpm.js";

/** Licences that let anybody use the packages in a product. Another one is to be read before it is added. */
const ALLOWED = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

test("what the packages bring along has a licence that lets anybody use it", async () => {
  const listed = await pnpm("--filter", "./packages/*", "licenses", "list", "--prod", "--json");
  const byLicence = JSON.parse(listed) as Record<string, { name: string }[]>;

  // The connector has brought this along from its first day: the list is not empty.
  expect(byLicence.MIT?.map(({ name }) => name)).toContain("libphonenumber-js");
  const others = Object.entries(byLicence).filter(([licence]) => !ALLOWED.includes(licence));
  expect(others.map(([licence, packages]) => `${licence}: ${packages.map(({ name }) => name).join(", ")}`)).toEqual([]);
});
