import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { leadLines } from "../examples/events/leads.js";
import { root } from "./pages.js";

test("leads.ndjson holds the events that the builders make", () => {
  const file = readFileSync(join(root, "examples/events/leads.ndjson"), "utf8");
  expect(file).toBe(`${leadLines.join("\n")}\n`);
});
