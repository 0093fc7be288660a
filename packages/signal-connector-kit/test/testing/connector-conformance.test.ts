import { connectorConformance } from "@datafly/signal-connector-kit/testing";
import { describe, expect, test } from "vitest";

import { HERON_OPTIONS, heronConnector } from "./heron.js";

const cases = connectorConformance(heronConnector, HERON_OPTIONS);

describe("a connector that keeps its promises passes", () => {
  test.each(cases)("$name", ({ run }) => run());
});

test("each case has a name of its own", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test("without an event the suite would prove nothing, and says so", () => {
  expect(() => connectorConformance(heronConnector, { ...HERON_OPTIONS, events: [] as never })).toThrow(
    "events must hold at least one event.",
  );
});
